import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useId } from 'react';
import type { Prompt } from '../../../contract/inventory.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { usePromptAnswer } from './usePromptAnswer.ts';
import { Waiting } from './Waiting.tsx';

type HostKey = Extract<Prompt, { kind: 'host-key' }>;

/** First contact: the admin vouches for the host's key, once. */
export function HostKeyPrompt({ prompt, waiting }: { prompt: HostKey; waiting: number }) {
  const titleId = useId();
  const { run, pending, error } = usePromptAnswer(prompt.id);
  const refuse = () => void run({ kind: 'host-key', accept: false });
  return (
    <Modal isOpen variant="medium" onClose={refuse} aria-labelledby={titleId}>
      <ModalHeader title={`Is this the key of ${prompt.host}?`} titleIconVariant="info" labelId={titleId} />
      <ModalBody>
        <div className="mm-stack">
          <p>
            Minime connects to this host for the first time. Compare the fingerprint with the one that the
            host itself shows; if they differ, someone may stand in between.
          </p>
          <dl className="mm-pairs">
            <dt>Key type</dt>
            <dd>{prompt.keyType}</dd>
            <dt>Fingerprint</dt>
            <dd>
              <span className="mm-code mm-fingerprint">{prompt.fingerprint}</span>{' '}
              <CopyButton text={prompt.fingerprint} label="Copy" />
            </dd>
            <dt>On the host</dt>
            <dd className="mm-code">{fingerprintCommand(prompt.keyType)}</dd>
          </dl>
          {error === null ? null : <ErrorNotice error={error} />}
          <Waiting number={waiting} />
        </div>
      </ModalBody>
      <ModalFooter>
        <Button
          variant="primary"
          isDisabled={pending}
          isLoading={pending}
          onClick={() => void run({ kind: 'host-key', accept: true })}
        >
          Accept and connect
        </Button>
        <Button variant="secondary" isDisabled={pending} onClick={refuse}>
          Refuse
        </Button>
      </ModalFooter>
    </Modal>
  );
}

/** How to print this fingerprint at the host's own console. */
function fingerprintCommand(keyType: string): string {
  const kind = /ed25519|ecdsa|rsa/.exec(keyType)?.[0] ?? 'ed25519';
  return `ssh-keygen -l -f /etc/ssh/ssh_host_${kind}_key.pub`;
}

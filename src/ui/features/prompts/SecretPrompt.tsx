import {
  Alert,
  Button,
  Checkbox,
  Form,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from '@patternfly/react-core';
import { useId, useState } from 'react';
import type { Prompt } from '../../../contract/inventory.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { TextField } from '../../components/TextField.tsx';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { usePromptAnswer } from './usePromptAnswer.ts';
import { Waiting } from './Waiting.tsx';

type Secret = Extract<Prompt, { kind: 'secret' }>;

const titles: Record<Secret['purpose'], (prompt: Secret) => string> = {
  password: ({ host }) => `Password for ${host}`,
  passphrase: ({ keyFile }) => `Passphrase of ${keyFile ?? 'your private key'}`,
  'keyboard-interactive': ({ host }) => `${host} asks`,
  sudo: ({ host }) => `sudo password on ${host}`,
};

const purposes: Record<Secret['purpose'], (prompt: Secret) => string> = {
  password: ({ user, host }) => `To log in${user === undefined ? '' : ` as ${user}`} on ${host}.`,
  passphrase: ({ host }) => `To use this key on ${host}. It stays on this machine.`,
  'keyboard-interactive': () => 'The host wants to know this before it lets you in.',
  sudo: ({ user }) => `${user ?? 'This user'} is not root; sudo asks for a password to get root rights.`,
};

/** Password, passphrase, keyboard-interactive questions, sudo. What is typed goes to the core once and is not kept. */
export function SecretPrompt({ prompt, waiting }: { prompt: Secret; waiting: number }) {
  const titleId = useId();
  const formId = useId();
  const [answers, setAnswers] = useState<string[]>(() => prompt.questions.map(() => ''));
  const [remember, setRemember] = useState(false);
  const storage = useConsole((state) => state.app?.secretStorage);
  const { run, pending, error } = usePromptAnswer(prompt.id);
  const cancel = () => void run({ kind: 'cancel' });
  return (
    <Modal
      isOpen
      variant="small"
      onClose={cancel}
      aria-labelledby={titleId}
      elementToFocus={`#${CSS.escape(formId)} input`}
    >
      <ModalHeader
        title={titles[prompt.purpose](prompt)}
        labelId={titleId}
        description={purposes[prompt.purpose](prompt)}
      />
      <ModalBody>
        <Form
          id={formId}
          onSubmit={(event) => {
            event.preventDefault();
            void run({ kind: 'secret', answers, remember });
          }}
        >
          {prompt.problem === undefined ? null : (
            <Alert variant="warning" isInline isPlain component="p" title={prompt.problem} />
          )}
          {prompt.questions.map((question, index) => (
            <TextField
              // A server may ask the same thing twice; only the place tells the questions apart.
              // oxlint-disable-next-line react/no-array-index-key
              key={index}
              label={question.text.trim() === '' ? 'Answer' : question.text}
              type={question.echo ? 'text' : 'password'}
              value={answers[index] ?? ''}
              onChange={(value) => setAnswers(answers.with(index, value))}
            />
          ))}
          {prompt.canRemember ? (
            <Checkbox
              id={`${formId}-remember`}
              label="Remember"
              description={
                storage === 'memory'
                  ? 'Until Minime ends: this machine has no keyring.'
                  : 'Encrypted on this machine.'
              }
              isChecked={remember}
              onChange={(_event, checked) => setRemember(checked)}
            />
          ) : null}
          {error === null ? null : <ErrorNotice error={error} />}
          <Waiting number={waiting} />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" type="submit" form={formId} isDisabled={pending} isLoading={pending}>
          Continue
        </Button>
        <Button variant="link" isDisabled={pending} onClick={cancel}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}

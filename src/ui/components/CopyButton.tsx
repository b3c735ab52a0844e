import { Button } from '@patternfly/react-core';
import { CopyIcon } from '@patternfly/react-icons';
import { useState } from 'react';

type Outcome = 'idle' | 'copied' | 'refused';

const words: Record<Outcome, string> = { idle: '', copied: 'Copied', refused: 'Copying was refused' };

export function CopyButton({ text, label = 'Copy details' }: { text: string; label?: string }) {
  const [outcome, setOutcome] = useState<Outcome>('idle');
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  };
  return (
    <>
      <Button variant="link" isInline icon={<CopyIcon />} onClick={copy}>
        {label}
      </Button>
      <span role="status" className="mm-copy-outcome">
        {words[outcome]}
      </span>
    </>
  );
}

import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useConsole } from '../../store/ConsoleContext.tsx';
import { StartEmbeddedDialog } from './StartEmbeddedDialog.tsx';

/** Offered where there is nothing else to look at; nothing once there is an embedded cluster. */
export function TryEmbeddedButton() {
  const there = useConsole((state) => state.embedded !== null);
  const [open, setOpen] = useState(false);
  if (there && !open) return null;
  return (
    <>
      <Button variant="secondary" onClick={() => setOpen(true)}>
        Try the embedded cluster
      </Button>
      {open ? <StartEmbeddedDialog close={() => setOpen(false)} /> : null}
    </>
  );
}

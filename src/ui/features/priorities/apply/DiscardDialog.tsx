import { count } from '../../../components/format.ts';
import { Dialog } from '../Dialog.tsx';

/** Undo cannot bring a discarded draft back, so it is asked for. */
export function DiscardDialog({
  changes,
  discard,
  close,
}: {
  changes: number;
  discard: () => void;
  close: () => void;
}) {
  return (
    <Dialog
      title={`Discard ${count(changes, 'change')}?`}
      action="Discard"
      close={close}
      onSubmit={() => {
        discard();
        close();
      }}
    >
      <p>The policy in force is shown again. This cannot be undone.</p>
    </Dialog>
  );
}

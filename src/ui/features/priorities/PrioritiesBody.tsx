import { type ReactNode, useMemo, useState } from 'react';
import { Screen } from '../../components/Screen.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { ConflictDialog } from './apply/ConflictDialog.tsx';
import { DiscardDialog } from './apply/DiscardDialog.tsx';
import { HeadActions } from './apply/HeadActions.tsx';
import { Notices } from './apply/Notices.tsx';
import { ReviewDialog } from './apply/ReviewDialog.tsx';
import { useApply } from './apply/useApply.ts';
import { Board } from './Board.tsx';
import { movedIn } from './model/draft.ts';
import { policyDiff } from './model/policyDiff.ts';
import { readOnlyReason } from './readOnlyReason.ts';
import { useClusterVms } from './useClusterVms.ts';
import type { Priorities } from './usePriorities.ts';
import { useUndoKeys } from './useUndoKeys.ts';

interface PrioritiesBodyProps {
  cluster: Cluster;
  priorities: Priorities;
  title: string;
  status: ReactNode;
}

export function PrioritiesBody({ cluster, priorities, title, status }: PrioritiesBodyProps) {
  const { policy, draft, inForce, outdated, state, actions } = priorities;
  const vms = useClusterVms(cluster);
  const [dialog, setDialog] = useState<'review' | 'conflict' | 'discard' | null>(null);
  const close = () => setDialog(null);
  useUndoKeys(actions.undo, actions.redo);
  const lines = useMemo(
    () => policyDiff(draft.base, policy, vms.nameOf, movedIn(draft)),
    [draft, policy, vms.nameOf],
  );
  const why = readOnlyReason(inForce);
  const readOnly = why !== null || state.apply.state === 'applying';
  const send = useApply(cluster.id, priorities, lines);
  const apply = async () => {
    const outcome = await send();
    if (outcome !== 'failed') setDialog(null);
  };
  return (
    <Screen
      title={title}
      context="Cluster"
      status={status}
      actions={
        <HeadActions
          priorities={priorities}
          changes={lines.length}
          readOnly={readOnly}
          review={() => setDialog(outdated ? 'conflict' : 'review')}
          discard={() => setDialog('discard')}
        />
      }
    >
      <Notices
        priorities={priorities}
        readOnly={why}
        showConflict={() => setDialog('conflict')}
        retry={() => void apply()}
      />
      <Board cluster={cluster} priorities={priorities} vms={vms} readOnly={readOnly} />
      {dialog === 'review' ? (
        <ReviewDialog
          clusterName={cluster.name}
          priorities={priorities}
          lines={lines}
          nameOf={vms.nameOf}
          apply={() => void apply()}
          close={close}
        />
      ) : null}
      {dialog === 'conflict' && outdated ? (
        <ConflictDialog
          priorities={priorities}
          nameOf={vms.nameOf}
          takeTheirs={() => {
            actions.discard();
            close();
          }}
          rebase={(next) => {
            actions.rebase(next);
            close();
          }}
          close={close}
        />
      ) : null}
      {dialog === 'discard' ? (
        <DiscardDialog changes={lines.length} discard={actions.discard} close={close} />
      ) : null}
    </Screen>
  );
}

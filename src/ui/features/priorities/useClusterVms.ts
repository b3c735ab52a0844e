import { useMemo } from 'react';
import { useConsole } from '../../store/ConsoleContext.tsx';
import type { Cluster } from '../../store/selectors/clusters.ts';
import { selectVmRows, type VmRow, vmRowsOf } from '../../store/selectors/vms.ts';

export interface ClusterVms {
  rows: VmRow[];
  byUuid: ReadonlyMap<string, VmRow>;
  /** The name of a VM; of one that no host tells of, the beginning of its uuid. */
  nameOf: (uuid: string) => string;
}

export function useClusterVms(cluster: Cluster): ClusterVms {
  const all = useConsole(selectVmRows);
  return useMemo(() => {
    const rows = vmRowsOf(all, cluster.key);
    const byUuid = new Map(rows.map((row) => [row.uuid, row]));
    const nameOf = (uuid: string) => byUuid.get(uuid)?.name ?? `unknown VM ${uuid.slice(0, 8)}`;
    return { rows, byUuid, nameOf };
  }, [all, cluster.key]);
}

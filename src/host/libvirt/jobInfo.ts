/** What `virsh domjobinfo --rawstats` tells. Bytes; absent while nothing was sent. */
export interface JobInfo {
  /** `migration-out`: it is being moved away; `migration-in`: it is being received. */
  job: 'none' | 'migration-out' | 'migration-in' | 'other';
  total?: number;
  processed?: number;
  remaining?: number;
}

/** Values of `Job type`: 0 is none. Of `operation`: virDomainJobOperation. */
const operations: Record<number, JobInfo['job']> = { 4: 'migration-in', 5: 'migration-out' };

export function parseJobInfo(output: string): JobInfo {
  const values = new Map<string, number>();
  for (const line of output.split('\n')) {
    const [, key, value] = /^([\w ]+): +(\d+)$/.exec(line.trimEnd()) ?? [];
    if (key !== undefined) values.set(key, Number(value));
  }
  if ((values.get('Job type') ?? 0) === 0) return { job: 'none' };
  const figures = { total: 'data_total', processed: 'data_processed', remaining: 'data_remaining' } as const;
  const job: JobInfo = { job: operations[values.get('operation') ?? 0] ?? 'other' };
  for (const [name, key] of Object.entries(figures) as [keyof typeof figures, string][]) {
    const value = values.get(key);
    if (value !== undefined) job[name] = value;
  }
  return job;
}

/** 0 to 99: whether it is done is told by its end. Undefined: nothing was sent yet. */
export function percentOf({ total, remaining }: JobInfo): number | undefined {
  if (total === undefined || remaining === undefined || total === 0) return undefined;
  return Math.max(0, Math.min(99, Math.floor((100 * (total - remaining)) / total)));
}

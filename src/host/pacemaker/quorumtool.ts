export interface Quorum {
  quorate: boolean;
  votes?: { expected: number; total: number; needed: number };
}

/** `corosync-quorumtool -s`, whose exit code is 2 while not quorate. */
export function parseQuorumtool(output: string): Quorum {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:\\s+(.*?)\\s*$`, 'm').exec(output)?.[1];
  const quorate = field('Quorate') === 'Yes';
  const expected = field('Expected votes');
  const total = field('Total votes');
  // While activity is blocked the line reads "2 Activity blocked".
  const needed = /^\d+/.exec(field('Quorum') ?? '')?.[0];
  if (expected === undefined || total === undefined || needed === undefined) return { quorate };
  return { quorate, votes: { expected: Number(expected), total: Number(total), needed: Number(needed) } };
}

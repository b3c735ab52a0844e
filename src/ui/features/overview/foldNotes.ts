import type { Problem } from '../../store/selectors/problems.ts';

/** Notes that several hosts give in the same words become one that names the hosts; what is worse stands for itself. */
export function foldNotes(problems: readonly Problem[]): Problem[] {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const { id, severity, host, subject, title, cause, remedy } = problem.finding;
    const text = JSON.stringify([id, subject, title, cause, remedy]);
    const key = severity === 'info' && host !== undefined ? text : problem.key;
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length === 1) return group;
    const hosts = group.map(({ finding }) => finding.host).join(', ');
    // As old as its oldest part.
    const stale = group.flatMap(({ staleSince }) => staleSince ?? []);
    return [
      {
        ...first,
        finding: { ...first.finding, host: hosts },
        hostId: null,
        staleSince: stale.length === 0 ? null : Math.min(...stale),
      },
    ];
  });
}

/** The groups of hosts that hear each other, directly or through others. Keeps the given order. */
export function sidesOf<T extends object>(all: readonly T[], connected: (a: T, b: T) => boolean): T[][] {
  const left = [...all];
  const sides: T[][] = [];
  for (let first = left.shift(); first !== undefined; first = left.shift()) {
    const side = [first];
    // Grows while it is walked.
    for (const member of side) {
      for (const other of [...left]) {
        if (!connected(member, other)) continue;
        left.splice(left.indexOf(other), 1);
        side.push(other);
      }
    }
    sides.push(all.filter((one) => side.includes(one)));
  }
  return sides;
}

/**
 * As Corosync's votequorum: more than half. Two hosts have `two_node` with `wait_for_all`: each has quorum alone once both have
 * been seen since it came up.
 */
export function hasQuorum(members: number, expected: number, sawAll: boolean): boolean {
  return expected === 2 ? members === 2 || sawAll : members * 2 > expected;
}

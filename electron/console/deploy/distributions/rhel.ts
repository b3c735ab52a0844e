import type { Distribution, PackageState } from './distribution.ts';

const dnf = (...args: readonly string[]): string[] => ['dnf', '--assumeyes', '--quiet', ...args];

export const rhel: Distribution = {
  family: 'rhel',
  tested: false,
  packages: {
    corosync: ['corosync'],
    pacemaker: ['pacemaker'],
    'pacemaker-tools': ['pacemaker-cli'],
    sbd: ['sbd'],
    'fence-agents': ['fence-agents-all'],
    node: ['nodejs'],
    'ssh-server': ['openssh-server'],
  },
  sbdConfig: '/etc/sysconfig/sbd',
  query: (packages) => ({
    argv: [
      'dnf',
      '--quiet',
      'repoquery',
      '--available',
      '--installed',
      '--qf',
      '%{name} %{from_repo} %{version}\n',
      ...packages,
    ],
    parse: parseRepoquery,
  }),
  simulate: null,
  simulatePurge: null,
  refresh: () => dnf('makecache'),
  download: (packages) => dnf('install', '--setopt=install_weak_deps=False', '--downloadonly', ...packages),
  install: (packages) => dnf('install', '--setopt=install_weak_deps=False', ...packages),
  purge: (packages) => dnf('remove', ...packages),
  repair: null,
  reason: () => undefined,
};

/** Lines `name repository version`; the repository is empty or @System for what is installed. */
function parseRepoquery(stdout: string): Map<string, PackageState> {
  const states = new Map<string, PackageState>();
  for (const line of stdout.split('\n')) {
    const fields = /^(\S+) (\S*) ?(\S+)$/.exec(line.trim());
    if (fields?.[1] === undefined || fields[3] === undefined) continue;
    const state = states.get(fields[1]) ?? { installed: false };
    states.set(fields[1], {
      installed: state.installed || (fields[2] ?? '') !== '',
      candidate: fields[3],
    });
  }
  return states;
}

import type { Distribution, PackageState } from './distribution.ts';

const zypper = (...args: readonly string[]): string[] => ['zypper', '--non-interactive', '--quiet', ...args];

export const suse: Distribution = {
  family: 'suse',
  tested: false,
  packages: {
    corosync: ['corosync'],
    pacemaker: ['pacemaker'],
    'pacemaker-tools': ['pacemaker-cli'],
    sbd: ['sbd'],
    'fence-agents': ['fence-agents'],
    node: ['nodejs22', 'nodejs20', 'nodejs18'],
    'ssh-server': ['openssh-server', 'openssh'],
  },
  sbdConfig: '/etc/sysconfig/sbd',
  query: (packages) => ({
    argv: [
      'zypper',
      '--non-interactive',
      '--quiet',
      'search',
      '--match-exact',
      '--details',
      '--type',
      'package',
      ...packages,
    ],
    parse: parseSearch,
  }),
  simulate: null,
  simulatePurge: null,
  refresh: () => zypper('refresh'),
  download: (packages) => zypper('install', '--download-only', '--no-recommends', ...packages),
  install: (packages) => zypper('install', '--no-recommends', ...packages),
  purge: (packages) => zypper('remove', '--clean-deps', ...packages),
  repair: null,
  reason: () => undefined,
};

/** Table rows `status | name | type | version | arch | repository`; status `i` or `i+` means installed. */
function parseSearch(stdout: string): Map<string, PackageState> {
  const states = new Map<string, PackageState>();
  for (const line of stdout.split('\n')) {
    const [status = '', name = '', type = '', version = ''] = line.split('|').map((cell) => cell.trim());
    if (type !== 'package') continue;
    const before = states.get(name);
    states.set(name, { installed: before?.installed === true || status.startsWith('i'), candidate: version });
  }
  return states;
}

import type { Distribution, PackageState } from './distribution.ts';

/** Waits for another apt (unattended-upgrades) instead of failing; keeps configuration files that are there. */
const options = [
  ...['--yes', '--quiet', '--no-install-recommends'],
  ...['-o', 'DPkg::Lock::Timeout=120', '-o', 'APT::Color=0'],
  ...['-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold'],
];

const apt = (...args: readonly string[]): string[] => [
  ...['env', 'DEBIAN_FRONTEND=noninteractive', 'NEEDRESTART_SUSPEND=1', 'apt-get'],
  ...args,
];

export const debian: Distribution = {
  family: 'debian',
  tested: true,
  packages: {
    corosync: ['corosync'],
    pacemaker: ['pacemaker'],
    'pacemaker-tools': ['pacemaker-cli-utils'],
    sbd: ['sbd'],
    // Ubuntu has split the agents since 22.04.
    'fence-agents': ['fence-agents', 'fence-agents-base'],
    node: ['nodejs'],
    'ssh-server': ['openssh-server'],
  },
  sbdConfig: '/etc/default/sbd',
  query: (packages) => ({ argv: ['apt-cache', 'policy', ...packages], parse: parsePolicy }),
  simulate: (packages) => ({
    argv: apt('install', ...options, '--simulate', '--', ...packages),
    parse: (stdout) => firstGroups(stdout, /^Inst (\S+) \(/gm),
  }),
  simulatePurge: (packages) => ({
    argv: apt('purge', ...options, '--simulate', '--', ...packages),
    parse: (stdout) => firstGroups(stdout, /^(?:Purg|Remv) (\S+) /gm),
  }),
  refresh: () => apt('update', '--quiet', '-o', 'DPkg::Lock::Timeout=120'),
  download: (packages) => apt('install', ...options, '--download-only', '--', ...packages),
  install: (packages) => apt('install', ...options, '--', ...packages),
  purge: (packages) => apt('purge', ...options, '--', ...packages),
  repair: () => [
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'dpkg',
    '--configure',
    '--pending',
    '--force-confold',
  ],
};

/** An upgrade has the old version in brackets after the name, so it does not match. */
function firstGroups(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)]
    .flatMap((match) => match[1] ?? [])
    .map((name) => name.split(':')[0] ?? name);
}

function parsePolicy(stdout: string): Map<string, PackageState> {
  const states = new Map<string, PackageState>();
  let name: string | undefined;
  for (const line of stdout.split('\n')) {
    const header = /^(\S+):$/.exec(line)?.[1];
    if (header !== undefined) {
      name = header.split(':')[0] ?? header;
      states.set(name, { installed: false });
    }
    const state = name === undefined ? undefined : states.get(name);
    const value = /^\s+(Installed|Candidate): (.+)$/.exec(line);
    if (state === undefined || value === null || value[2] === '(none)') continue;
    if (value[1] === 'Installed') state.installed = true;
    else if (value[2] !== undefined) state.candidate = value[2];
  }
  return states;
}

import type { CutOff, Distribution, PackageState } from './distribution.ts';

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

/**
 * `dpkg --audit` is not asked: it also finds fault with packages that work. The journal holds what dpkg had no time to
 * put into its own list; apt does nothing as long as it is there.
 */
const statesAndJournal =
  "dpkg-query --show --showformat='${db:Status-Eflag} ${db:Status-Status} ${binary:Package}\\n' && ls /var/lib/dpkg/updates";

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
  repair: {
    query: { argv: ['sh', '-c', statesAndJournal], parse: parseCutOff },
    configure: [
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'dpkg',
      '--configure',
      '--pending',
      '--force-confold',
    ],
    // Named packages would be refused as long as anything is missing. It would also take packages off to get there.
    complete: apt('install', ...options, '--fix-broken', '--no-remove'),
    // Left alone, apt would try to set them up as they are, and fail.
    unpackAgain: (packages) => apt('install', ...options, '--reinstall', '--no-remove', '--', ...packages),
  },
  reason: (output) => reasonOfDpkg(output) ?? /^E: (.+)$/m.exec(output)?.[1],
};

/** Lines `flag state name`, then the names of files, of which those of the journal are numbers. */
function parseCutOff(stdout: string): CutOff | null {
  const lines = stdout.split('\n');
  const states = lines.map((line) => line.split(' ')).filter(({ length }) => length === 3);
  const settled = ['installed', 'config-files', 'not-installed'];
  const whole = states.every(([flag, state = '']) => flag === 'ok' && settled.includes(state));
  if (whole && !lines.some((line) => /^\d+$/.test(line))) return null;
  return {
    unpackAgain: states.filter(([flag]) => flag === 'reinstreq').map(([, , name = '']) => name),
  };
}

/** Of the first package that failed: what its script said last, and which step of it that was. */
function reasonOfDpkg(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  const at = lines.findIndex((line) => line.startsWith('dpkg: error processing '));
  if (at === -1) return undefined;
  const name = /^dpkg: error processing (?:package|archive) (\S+)/.exec(lines[at] ?? '')?.[1] ?? 'a package';
  const said = lines.slice(0, at).findLast((line) => line !== '' && !line.startsWith('debconf: '));
  return [`${name}: ${lines[at + 1] ?? ''}`, said].filter((line) => line !== undefined).join('; ');
}

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

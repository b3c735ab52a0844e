import type { DeploymentSpec, HostFacts } from '../../../../src/contract/deployment.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import { type Family } from '../distributions/distribution.ts';
import { watchdogDevices } from '../facts/hostFacts.ts';
import type { Probe } from '../facts/probe.ts';
import type { Inspection } from '../plan/inspection.ts';
import { bad, doubtful, good } from './findings.ts';

const MIB = 1024 * 1024;
/** What the packages take, with room to spare, and what is needed when they are there already. */
const ROOM_FOR_PACKAGES = 800 * MIB;
const ROOM_OTHERWISE = 64 * MIB;
/** Oldest Node that vmcl runs on. */
const NODE_MAJOR = 18;

export function checkDistribution({ node, distribution }: Inspection): Finding[] {
  const host = node.name;
  const names: Record<Family, string> = { debian: 'Debian', rhel: 'RHEL', suse: 'SUSE' };
  return distribution.tested
    ? [good('distribution', `${host} is of the ${names[distribution.family]} family.`, { host })]
    : [
        doubtful(
          'untested-distribution',
          `Deployment was never tried on the ${names[distribution.family]} family.`,
          {
            host,
            cause: 'Package names and paths come from its documentation.',
            remedy: 'Try it on test machines first.',
          },
        ),
      ];
}

export function checkPackages({ node, packages }: Inspection): Finding[] {
  const host = node.name;
  const major = Number(/^(?:\d+:)?v?(\d+)/.exec(packages.nodeCandidate ?? '')?.[1] ?? NODE_MAJOR);
  return [
    ...packages.unavailable.map((capability) =>
      bad('package-unavailable', `${host} has no source for ${capability}.`, {
        host,
        subject: capability,
        cause: 'None of its package repositories offers it.',
        remedy:
          'Enable the high-availability repository of the distribution, or install the package by hand.',
      }),
    ),
    ...(major < NODE_MAJOR
      ? [
          bad('node-too-old', `The Node.js of ${host} is too old.`, {
            host,
            cause: `Its repositories offer ${packages.nodeCandidate ?? ''}; the host program needs ${NODE_MAJOR}.`,
            remedy: 'Add a repository with a newer Node.js, or upgrade the distribution.',
          }),
        ]
      : []),
    ...(packages.unavailable.length === 0
      ? [
          good(
            'packages',
            packages.missing.length === 0
              ? `${host} has all packages.`
              : `${host} can install ${packages.missing.join(', ')}.`,
            { host },
          ),
        ]
      : []),
  ];
}

export function checkAddresses(
  host: string,
  chosen: readonly string[],
  present: HostFacts['addresses'],
): Finding[] {
  const missing = chosen.filter((address) => !present.some((one) => one.address === address));
  if (missing.length === 0) return [good('addresses', `${host} has its heartbeat addresses.`, { host })];
  return missing.map((address) =>
    bad('address-missing', `${host} does not have the address ${address}.`, {
      host,
      subject: address,
      cause: `Its addresses are ${present.map((one) => one.address).join(', ')}.`,
      remedy: 'Choose one of these, or configure the network of this host.',
    }),
  );
}

export async function checkSpace(probe: Probe, inspection: Inspection): Promise<Finding[]> {
  const host = inspection.node.name;
  const needed = inspection.packages.missing.length > 0 ? ROOM_FOR_PACKAGES : ROOM_OTHERWISE;
  const answer = await probe.output(
    'df',
    '--output=avail,target',
    '--block-size=1',
    '/',
    '/usr',
    '/var',
    '/etc',
  );
  const tight = new Map<string, number>();
  for (const line of answer.trim().split('\n').slice(1)) {
    const [available = '0', target = ''] = line.trim().split(/\s+/);
    if (Number(available) < needed) tight.set(target, Number(available));
  }
  if (tight.size === 0) return [good('space', `${host} has room on its disks.`, { host })];
  return [...tight].map(([target, available]) =>
    bad('disk-full', `${target} on ${host} is too full.`, {
      host,
      subject: target,
      cause: `${Math.floor(available / MIB)} MiB are free, ${Math.ceil(needed / MIB)} MiB are needed.`,
      remedy: 'Free space on this file system.',
    }),
  );
}

export async function checkHypervisor(probe: Probe, host: string): Promise<Finding[]> {
  const answer = await probe.exec('virsh', '--connect', 'qemu:///system', 'uri');
  if (answer.code === 0) return [good('hypervisor', `libvirt on ${host} answers.`, { host })];
  return [
    bad('hypervisor-down', `libvirt on ${host} does not answer.`, {
      host,
      cause: answer.stderr.trim().split('\n').at(-1) || 'virsh is not installed.',
      remedy: 'Start it with: systemctl enable --now libvirtd',
    }),
  ];
}

export async function checkWatchdog(probe: Probe, host: string, spec: DeploymentSpec): Promise<Finding[]> {
  const { fencing } = spec;
  if (fencing.method === 'agent') return [];
  if (fencing.watchdog === 'none') {
    return [
      doubtful('no-watchdog', `${host} is to run without a watchdog: for test machines only.`, {
        host,
        cause: 'If it hangs so badly that SBD does not run any more, nothing resets it.',
        remedy: 'Choose a watchdog device; where there is none, the kernel module softdog makes one.',
      }),
    ];
  }
  const { device } = fencing.watchdog;
  if ((await probe.exec('test', '-c', device)).code !== 0) {
    const present = await watchdogDevices(probe);
    return [
      bad('watchdog-missing', `${host} has no watchdog ${device}.`, {
        host,
        subject: device,
        cause: present.length > 0 ? `It has ${present.join(', ')}.` : 'No watchdog driver is loaded.',
        remedy:
          'Load the driver of its watchdog, or softdog: echo softdog > /etc/modules-load.d/softdog.conf; modprobe softdog',
      }),
    ];
  }
  const manager = await probe.exec('systemctl', 'show', '--property=RuntimeWatchdogUSec', '--value');
  const taken = !['', '0', 'infinity'].includes(manager.stdout.trim());
  return taken
    ? [
        bad('watchdog-taken', `systemd uses the watchdog of ${host} itself.`, {
          host,
          subject: device,
          cause: `RuntimeWatchdogSec is set to ${manager.stdout.trim()}; only one program can use the device.`,
          remedy: 'Take RuntimeWatchdogSec out of /etc/systemd/system.conf and reboot.',
        }),
      ]
    : [good('watchdog', `${host} has the watchdog ${device}.`, { host, subject: device })];
}

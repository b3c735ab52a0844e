import type { Finding } from '../../../../src/contract/finding.ts';
import type { Design } from './design.ts';

/** What the admin should know before saying yes. */
export function warningsFor(plan: Pick<Design, 'spec' | 'hosts'>): Finding[] {
  const { spec, hosts } = plan;
  const links = Math.min(...spec.hosts.map((host) => host.linkAddresses.length));
  return [
    ...(spec.fencing.method !== 'agent' && spec.fencing.watchdog === 'none'
      ? [
          {
            id: 'no-watchdog',
            severity: 'warning' as const,
            title: 'There is no watchdog: for test machines only.',
            cause: 'A host that hangs so badly that SBD does not run any more is not reset.',
            remedy: 'Choose a watchdog device. Most servers have one; else load the module softdog.',
          },
        ]
      : []),
    ...(links === 1
      ? [
          {
            id: 'single-link',
            severity: 'warning' as const,
            title: 'There is only one heartbeat link.',
            cause: 'When this network fails, hosts take each other for dead and one side is fenced.',
            remedy: 'Choose a second network, if only the one that virtual machines use.',
          },
        ]
      : []),
    ...(spec.transport.kind === 'knet'
      ? []
      : [
          {
            id: 'unencrypted-heartbeat',
            severity: 'warning' as const,
            title: 'The heartbeat is not encrypted.',
            cause: 'With UDP multicast or broadcast Corosync neither encrypts nor authenticates.',
            remedy: 'Use knet, or a network that nobody else can reach.',
          },
        ]),
    ...hosts
      .filter((host) => !host.distribution.tested)
      .map((host) => ({
        id: 'untested-distribution',
        severity: 'warning' as const,
        host: host.node.name,
        title: `Deployment was never tried on the ${host.distribution.family} family.`,
        remedy: 'Try it on test machines first.',
      })),
  ];
}

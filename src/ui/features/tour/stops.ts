import type { ClusterTab } from '../../shell/routes.ts';

export interface Stop {
  title: string;
  text: string;
  tab: ClusterTab;
  /** The part of the screen that is marked: `tour` of its panel. */
  part?: string;
}

/** What an admin should have seen once. Short: it is read standing. */
export const stops: readonly Stop[] = [
  {
    title: 'What is wrong right now',
    text: 'Every problem of the cluster is here, worst first, with why and what to do. If this is empty, all is well. The same count stands in the corner of every screen.',
    tab: 'overview',
    part: 'problems',
  },
  {
    title: 'If a host failed now',
    text: 'Worked out all the time with the planner that a real failure uses: how many VMs would start again, which would stay down, and why.',
    tab: 'overview',
    part: 'readiness',
  },
  {
    title: 'Who starts first',
    text: 'Drag VMs into the order in which they are to come back, or use the keyboard. Beside it you see what that order would mean. Nothing is in force before you apply it.',
    tab: 'priorities',
  },
  {
    title: 'Each VM, and whether it is protected',
    text: 'Where it runs, whether its definition is safe on the quorum disk, and what keeps it from starting on another host, if anything does.',
    tab: 'vms',
  },
  {
    title: 'What happened, and why',
    text: 'Every failover is kept: what was detected when, where each VM went, and for each host that was refused the reason.',
    tab: 'history',
  },
];

export const lastStop = {
  embedded:
    'That was all. Now kill a host: “Break it” above does it, and the overview shows the others taking over.',
  real: 'That was all. On real hosts: verify the cluster and test fencing before you rely on it, both on the overview.',
};

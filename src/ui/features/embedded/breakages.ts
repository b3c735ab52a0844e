import type { EmbeddedAction, EmbeddedSite } from '../../../contract/embedded.ts';
import type { Tone } from '../../components/Status.tsx';

/** One way to break something, as it is offered. */
export interface Breakage {
  label: string;
  action: EmbeddedAction;
  /** What there will be to see, said once it is done. */
  watch: string;
}

export type EmbeddedHost = EmbeddedSite['hosts'][number];
export type EmbeddedVm = EmbeddedSite['vms'][number];

export const powerWords: Record<EmbeddedHost['power'], { tone: Tone; word: string }> = {
  on: { tone: 'ok', word: 'On' },
  booting: { tone: 'working', word: 'Booting' },
  off: { tone: 'off', word: 'Off' },
};

/** The first thing to try with a host: the one click that a takeover needs. */
export function powerOf({ name: host, power }: EmbeddedHost): Breakage {
  if (power === 'off') {
    return {
      label: `Boot ${host}`,
      action: { kind: 'boot-host', host },
      watch: `${host} is booting. When it is back it starts only what nobody else runs; Hosts offers to bring its VMs home.`,
    };
  }
  return {
    label: `Kill ${host}`,
    action: { kind: 'kill-host', host },
    watch: `${host} has lost its power. Watch the others notice, fence it, mount its quorum disk and start its VMs; History keeps the record.`,
  };
}

/** What else can happen to a host that is on. */
export function hostBreakages(host: string): Breakage[] {
  return [
    {
      label: 'Crash its kernel',
      action: { kind: 'crash-host', host },
      watch: `${host} stands still. It is fenced, which boots it, and its VMs start on the others.`,
    },
    {
      label: 'Shut it down in good order',
      action: { kind: 'shut-down-host', host },
      watch: `${host} is shutting down. Its VMs do what the policy has for that: Priorities, Takeover.`,
    },
    {
      label: 'Cut heartbeat link 0',
      action: { kind: 'cut-link', host, link: 0 },
      watch: `Link 0 of ${host} is cut. Nothing fails over: the other link carries the heartbeat.`,
    },
    {
      label: 'Cut heartbeat link 1',
      action: { kind: 'cut-link', host, link: 1 },
      watch: `Link 1 of ${host} is cut. Nothing fails over as long as link 0 is whole.`,
    },
    {
      label: 'Part it from the others',
      action: { kind: 'partition', hosts: [host] },
      watch: `${host} hears nobody. It loses quorum, the others fence it and start its VMs.`,
    },
    {
      label: 'Fill its quorum disk',
      action: { kind: 'quorum-disk', host, becomes: 'full' },
      watch: `The quorum disk of ${host} is full. Changes of definitions cannot be saved there any more.`,
    },
    {
      label: 'Make its quorum disk read-only',
      action: { kind: 'quorum-disk', host, becomes: 'read-only' },
      watch: `The quorum disk of ${host} can only be read, as after an error of its file system.`,
    },
    {
      label: 'Make its quorum disk unreadable',
      action: { kind: 'quorum-disk', host, becomes: 'unreadable' },
      watch: `The quorum disk of ${host} cannot be read. Kill ${host} now to see what that costs.`,
    },
    {
      label: 'Take its quorum disk away',
      action: { kind: 'quorum-disk', host, becomes: 'gone' },
      watch: `The quorum disk of ${host} is gone from the shared storage.`,
    },
    {
      label: 'Make its fencing fail',
      action: { kind: 'fencing', host, works: false },
      watch: `Nobody can fence ${host}. Kill it now: nothing starts before you confirm that it is off.`,
    },
    {
      label: 'Silence its hypervisor',
      action: { kind: 'hypervisor', host, answers: false },
      watch: `libvirt of ${host} does not answer. The host takes no VM until it does.`,
    },
  ];
}

export function vmBreakages({ uuid: vm, name, state }: EmbeddedVm): Breakage[] {
  const power: Breakage =
    state === 'off'
      ? { label: 'Start', action: { kind: 'start-vm', vm }, watch: `${name} is being started.` }
      : {
          label: 'Shut down inside',
          action: { kind: 'shut-down-vm', vm },
          watch: `${name} was shut down by its owner, so it stays down when its host fails.`,
        };
  return [
    {
      label: 'Hang at its next start',
      action: { kind: 'vm-starts', vm, how: 'hang-once' },
      watch: `${name} will hang when it is started next. Kill its host: the others are not held up, and it is tried elsewhere.`,
    },
    {
      label: 'Hang at every start',
      action: { kind: 'vm-starts', vm, how: 'hang' },
      watch: `${name} will hang wherever it is started. Kill its host: only ${name} stays down, with the reason.`,
    },
    {
      label: 'Fail to start',
      action: { kind: 'vm-starts', vm, how: 'fail' },
      watch: `${name} will fail to start on every host. Kill its host to see it tried and given up.`,
    },
    {
      label: 'Tamper with its definition',
      action: { kind: 'tamper-definition', vm },
      watch: `The definition of ${name} on the quorum disk is not genuine any more. Kill its host before the next sync: it is not started.`,
    },
    power,
  ];
}

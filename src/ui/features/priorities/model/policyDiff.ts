import type { GroupRule, Policy, TakeoverSettings, Thresholds, VmRule } from '../../../../contract/policy.ts';
import { formatBytes, formatPercent } from '../../../components/format.ts';
import { failbackText, hostShutdownText, overCpuText } from '../words.ts';
import { orderDiff } from './orderDiff.ts';

/** One difference between two policies, in words. */
export interface DiffLine {
  part: 'Restart order' | 'Rules' | 'Thresholds' | 'Takeover';
  /** What it is about: two admins who changed the same have lines about the same. */
  about: string;
  text: string;
}

/**
 * What became different, in words: "web-1: tier Normal 14 → tier First 2". Pure. `moved` are VMs that are known to have been
 * moved by hand.
 */
export function policyDiff(
  before: Policy,
  after: Policy,
  nameOf: (uuid: string) => string,
  moved: ReadonlySet<string> = new Set(),
): DiffLine[] {
  return [
    ...orderDiff(before, after, nameOf, moved),
    ...vmRuleLines(before, after, nameOf),
    ...groupLines(before, after, nameOf),
    ...thresholdLines(before, after),
    ...takeoverLines(before.takeover, after.takeover),
  ];
}

function vmRuleLines(before: Policy, after: Policy, nameOf: (uuid: string) => string): DiffLine[] {
  const words: { [K in keyof Required<VmRule>]: (rule: VmRule) => string } = {
    restart: ({ restart }) => (restart === 'leave-down' ? 'leave down' : 'restart'),
    allowedHosts: ({ allowedHosts }) =>
      `allowed on ${allowedHosts === undefined ? 'any host' : allowedHosts.join(', ') || 'no host'}`,
    preferredHost: ({ preferredHost }) => `prefers ${preferredHost ?? 'no host'}`,
  };
  const uuids = new Set([...Object.keys(before.rules.vms), ...Object.keys(after.rules.vms)]);
  return [...uuids].flatMap((uuid) => {
    const [was, is] = [before.rules.vms[uuid] ?? {}, after.rules.vms[uuid] ?? {}];
    return Object.entries(words).flatMap(([part, word]): DiffLine[] => {
      const [from, to] = [word(was), word(is)];
      if (from === to) return [];
      return [{ part: 'Rules', about: `vm/${uuid}/${part}`, text: `${nameOf(uuid)}: ${from} → ${to}` }];
    });
  });
}

const kindWord: Record<GroupRule['kind'], string> = {
  'keep-together': 'keep together',
  'keep-apart': 'keep apart',
};

function groupLines(before: Policy, after: Policy, nameOf: (uuid: string) => string): DiffLine[] {
  const line = (name: string, text: string): DiffLine => ({ part: 'Rules', about: `group/${name}`, text });
  const list = (vms: readonly string[]) => vms.map(nameOf).join(', ') || 'no VM';
  const find = (policy: Policy, name: string) => policy.rules.groups.find((group) => group.name === name);
  const names = new Set([...before.rules.groups, ...after.rules.groups].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const [was, is] = [find(before, name), find(after, name)];
    if (is === undefined) return [line(name, `Rule ${name} is removed`)];
    if (was === undefined) return [line(name, `New rule ${name}: ${kindWord[is.kind]} ${list(is.vms)}`)];
    const kind =
      was.kind === is.kind ? [] : [line(name, `Rule ${name}: ${kindWord[was.kind]} → ${kindWord[is.kind]}`)];
    const added = is.vms.filter((uuid) => !was.vms.includes(uuid));
    const gone = was.vms.filter((uuid) => !is.vms.includes(uuid));
    return [
      ...kind,
      ...(added.length === 0 ? [] : [line(name, `Rule ${name}: also ${list(added)}`)]),
      ...(gone.length === 0 ? [] : [line(name, `Rule ${name}: no longer ${list(gone)}`)]),
    ];
  });
}

const thresholdWords: { [K in keyof Thresholds]: { name: string; format: (value: number) => string } } = {
  minFreeMemory: { name: 'free memory', format: formatBytes },
  maxCpuPercent: { name: 'CPU', format: formatPercent },
};

const thresholdParts = ['minFreeMemory', 'maxCpuPercent'] as const;

function thresholdLines(before: Policy, after: Policy): DiffLine[] {
  const [was, is] = [before.thresholds, after.thresholds];
  const hosts = [...new Set([...Object.keys(was.hosts), ...Object.keys(is.hosts)])].sort();
  const value = (policy: Policy, host: string, part: keyof Thresholds) => {
    const own = policy.thresholds.hosts[host]?.[part];
    return own === undefined ? 'as the cluster' : thresholdWords[part].format(own);
  };
  const overCpu: DiffLine[] =
    was.overCpu === is.overCpu
      ? []
      : [
          {
            part: 'Thresholds',
            about: 'threshold/overCpu',
            text: `A VM for which no host is below its CPU threshold: ${overCpuText[was.overCpu]} → ${overCpuText[is.overCpu]}`,
          },
        ];
  const lines = thresholdParts.flatMap((part) => {
    const { name, format } = thresholdWords[part];
    const line = (host: string, from: string, to: string): DiffLine[] =>
      from === to
        ? []
        : [
            {
              part: 'Thresholds',
              about: `threshold/${host}/${part}`,
              text: `Threshold ${name}${host === '' ? '' : ` of ${host}`}: ${from} → ${to}`,
            },
          ];
    return [
      ...line('', format(was.cluster[part]), format(is.cluster[part])),
      ...hosts.flatMap((host) => line(host, value(before, host, part), value(after, host, part))),
    ];
  });
  return [...lines, ...overCpu];
}

const settingWords: { [K in keyof TakeoverSettings]: (settings: TakeoverSettings) => string } = {
  startsPerHost: ({ startsPerHost }) => `${startsPerHost}`,
  startTimeoutS: ({ startTimeoutS }) => `${startTimeoutS} s`,
  hostShutdown: ({ hostShutdown }) => hostShutdownText[hostShutdown],
  failback: ({ failback }) => failbackText[failback],
};

const settingNames: Record<keyof TakeoverSettings, string> = {
  startsPerHost: 'Starts on one host at a time',
  startTimeoutS: 'A start is given up after',
  hostShutdown: 'VMs of a host that is shut down',
  failback: 'VMs go home',
};

const settingKeys = ['startsPerHost', 'startTimeoutS', 'hostShutdown', 'failback'] as const;

function takeoverLines(was: TakeoverSettings, is: TakeoverSettings): DiffLine[] {
  return settingKeys.flatMap((key): DiffLine[] => {
    const word = settingWords[key];
    if (was[key] === is[key]) return [];
    return [
      {
        part: 'Takeover',
        about: `takeover/${key}`,
        text: `${settingNames[key]}: ${word(was)} → ${word(is)}`,
      },
    ];
  });
}

import { MinimeError } from '../../../../src/contract/errors.ts';
import type { Node } from '../context.ts';
import { readSignatures } from '../facts/blockDevices.ts';
import type { Probe } from '../facts/probe.ts';
import { probeOf } from '../facts/probe.ts';
import { readSbdHeader, SBD_AREA, type SbdHeader } from '../facts/sbdHeader.ts';
import type { Design } from './design.ts';
import { commandStep, type Step } from './step.ts';

export type PoisonPillContent =
  | { kind: 'missing' }
  | { kind: 'empty' }
  | { kind: 'sbd'; header: SbdHeader }
  | { kind: 'other'; what: string };

/** Read past the cache, so that what another host wrote is seen. */
const READ_AREA = 'dd if="$1" bs=4096 count="$2" iflag=direct status=none | base64 --wrap=0';

export async function poisonPillContent(probe: Probe, device: string): Promise<PoisonPillContent> {
  if ((await probe.exec('test', '-b', device)).code !== 0) return { kind: 'missing' };
  const area = await probe.output('sh', '-c', READ_AREA, 'sh', device, String(SBD_AREA / 4096));
  const header = readSbdHeader(Buffer.from(area, 'base64'));
  if (header !== null) return { kind: 'sbd', header };
  const answer = await probe.exec('blkid', '--probe', '--output', 'export', device);
  const signature = readSignatures(answer.stdout).get(device);
  if (signature === undefined)
    return answer.code === 8 ? { kind: 'other', what: 'several signatures' } : { kind: 'empty' };
  return { kind: 'other', what: signature.type };
}

/** Slots of hosts that are not of this cluster: somebody else fences by this disk. */
export function strangers(header: SbdHeader, nodeNames: readonly string[]): string[] {
  // SBD keeps names in lower case.
  const ours = new Set(nodeNames.map((name) => name.toLowerCase()));
  return header.slots.filter((slot) => !ours.has(slot.toLowerCase()));
}

/**
 * The leader initialises poison-pill disks that are empty. One that SBD has initialised already is used as it is if no
 * stranger has a slot on it and its times fit; with other times it is initialised again.
 */
export function createSteps(plan: Design): Step[] {
  const { fencing } = plan.spec;
  if (fencing.method !== 'sbd-disk') return [];
  const { watchdogS, msgwaitS } = plan.timing;
  return fencing.devices.map((device, index) =>
    commandStep(
      plan.leader,
      'format',
      `poison-pill-${index}`,
      `Initialise the poison-pill disk ${device}`,
      {
        argv: ['sbd', '-d', device, '-1', String(watchdogS), '-4', String(msgwaitS), 'create'],
        done: async (probe) => fits(plan, await poisonPillContent(probe, device)),
        guard: async (probe) => refuse(plan, device, await poisonPillContent(probe, device)),
        interruptible: false,
      },
      { destructive: true },
    ),
  );
}

/** Every host must read the header that the leader reads: the proof that the same path is the same disk. */
export function sightSteps(plan: Design, node: Node, signal: AbortSignal): Step[] {
  const { fencing } = plan.spec;
  if (fencing.method !== 'sbd-disk') return [];
  return fencing.devices.map((device, index) =>
    commandStep(node, 'storage', `see-poison-pill-${index}`, `Find the poison-pill disk ${device}`, {
      argv: ['blockdev', '--flushbufs', device],
      done: async (probe) => {
        const [here, there] = await Promise.all([
          poisonPillContent(probe, device),
          poisonPillContent(probeOf(plan.leader.remote, signal), device),
        ]);
        return here.kind === 'sbd' && there.kind === 'sbd' && here.header.uuid === there.header.uuid;
      },
      wait: {
        timeoutMs: 20_000,
        pending: () =>
          Promise.resolve(`${device} on ${node.name} is not the disk that ${plan.leader.name} initialised.`),
      },
    }),
  );
}

function fits(plan: Design, content: PoisonPillContent): boolean {
  return (
    content.kind === 'sbd' &&
    content.header.msgwaitS === plan.timing.msgwaitS &&
    content.header.watchdogS === plan.timing.watchdogS &&
    strangers(content.header, names(plan)).length === 0
  );
}

function refuse(plan: Design, device: string, content: PoisonPillContent): void {
  if (content.kind === 'empty') return;
  const others = content.kind === 'sbd' ? strangers(content.header, names(plan)) : [];
  if (content.kind === 'sbd' && others.length === 0) return;
  const holds = content.kind === 'other' ? content.what : `poison-pill slots of ${others.join(', ')}`;
  throw new MinimeError({
    kind: 'storage',
    host: plan.leader.name,
    message:
      content.kind === 'missing'
        ? `${device} is not a block device.`
        : `${device} holds data and was not initialised.`,
    ...(content.kind === 'missing' ? {} : { cause: `It holds ${holds}.` }),
    remedy:
      'Choose another device. If the data can go, erase it with: wipefs --all (and dd for a poison-pill disk).',
  });
}

/** Hosts that were removed keep their slots: SBD has no way to free one. */
const names = (plan: Design): string[] => Object.keys(plan.nodeIds);

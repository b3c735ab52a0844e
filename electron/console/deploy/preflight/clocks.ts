import type { Finding } from '../../../../src/contract/finding.ts';
import type { Node } from '../context.ts';
import { probeOf } from '../facts/probe.ts';
import { bad, doubtful, good } from './findings.ts';

const WARN_S = 1;
const ERROR_S = 10;
const SAMPLES = 3;

/** How far a host's clock is ahead of this machine's, with half the round trip it was measured with. In ms. */
export interface Offset {
  host: string;
  ms: number;
  uncertaintyMs: number;
}

export async function measureClock(node: Node, signal: AbortSignal): Promise<Offset> {
  let best: Offset | undefined;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const sent = Date.now();
    const answer = await probeOf(node.remote, signal).output('date', '+%s.%N');
    const received = Date.now();
    const uncertaintyMs = (received - sent) / 2;
    if (best !== undefined && best.uncertaintyMs <= uncertaintyMs) continue;
    best = { host: node.name, ms: Number(answer) * 1000 - (sent + received) / 2, uncertaintyMs };
  }
  if (best === undefined) throw new RangeError('A clock is measured at least once.');
  return best;
}

/** Compares the hosts with each other; this machine's clock does not matter. */
export function checkClocks(offsets: readonly Offset[]): Finding[] {
  const sorted = offsets.toSorted((a, b) => a.ms - b.ms);
  const [slowest, fastest] = [sorted[0], sorted.at(-1)];
  if (slowest === undefined || fastest === undefined) return [];
  const apartS = Math.max(0, fastest.ms - slowest.ms - fastest.uncertaintyMs - slowest.uncertaintyMs) / 1000;
  if (apartS <= WARN_S) return [good('clocks', 'The clocks of all hosts agree within a second.')];
  return [
    (apartS > ERROR_S ? bad : doubtful)(
      'clock-skew',
      `The clocks of ${slowest.host} and ${fastest.host} are ${apartS.toFixed(1)} s apart.`,
      {
        subject: fastest.host,
        cause: 'Logs, ages of definitions and the order of events cannot be trusted then.',
        remedy: 'Let all hosts take the time from one NTP server, for instance with chrony.',
      },
    ),
  ];
}

import { z } from 'zod';
import { readIfThere } from '../filesIfThere.ts';

/** What the alert agent noted (`resources/host/alert/minime-alert`): one line each, oldest first. */
export type ClusterEvent =
  | { kind: 'lost' | 'member'; node: string; at: number }
  | { kind: 'fenced' | 'fencing-failed'; node: string; at: number; detail: string };

/** Seconds and microseconds, kind, node, exit code, description; separated by tabs. */
const lineSchema = z.tuple([
  z.string().regex(/^\d{1,12}\.\d{1,6}$/),
  z.enum(['node', 'fencing']),
  z.string().min(1).max(255),
  z.string().regex(/^-?\d*$/),
  z.string().max(2000),
]);

/** A line that makes no sense, cut short by a crash for instance, is left out. */
export function parseEvents(text: string): ClusterEvent[] {
  return text.split('\n').flatMap((line) => {
    const parsed = lineSchema.safeParse(line.split('\t'));
    return parsed.success ? eventOf(parsed.data) : [];
  });
}

/** None where the alert agent has not been deployed. */
export async function readEvents(path: string): Promise<ClusterEvent[]> {
  return parseEvents((await readIfThere(path)) ?? '');
}

function eventOf([time, kind, node, code, description]: z.infer<typeof lineSchema>): ClusterEvent[] {
  const [seconds = '', micros = ''] = time.split('.');
  const at = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  const detail = description.trim();
  if (kind === 'fencing') return [{ kind: code === '0' ? 'fenced' : 'fencing-failed', node, at, detail }];
  if (detail !== 'lost' && detail !== 'member') return [];
  return [{ kind: detail, node, at }];
}

import { describe, expect, it } from 'vitest';
import type { Runner } from '../ports/runner.ts';
import { readUsage } from './usage.ts';
import { Virsh } from './virsh.ts';

const web = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const db = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
const list = `${web} web\n${db} db\n\n`;
const figures = (name: string, seconds: number): string =>
  `Domain: '${name}'\n  cpu.time=${seconds}000000000\n  balloon.rss=1024\n\n`;
const busy = (name: string): string => `Domain: '${name}'\n  balloon.current=2048\n\n`;

/** virsh that gives these answers one after the other. */
async function usageBy(...answers: string[]) {
  const asked: string[][] = [];
  const run: Runner['run'] = async (argv) => {
    asked.push([...argv]);
    return { code: 0, stdout: `${list}===\n${answers[asked.length - 1] ?? ''}`, stderr: '' };
  };
  const unused = () => Promise.reject(new Error('not part of this test')) as never;
  const slept: number[] = [];
  const usage = await readUsage(new Virsh({ run, must: unused, follow: unused }), {
    sleep: async (ms) => void slept.push(ms),
  });
  return { usage, asked, slept };
}

describe('what VMs use', () => {
  it('is read at once, without waiting for a VM that libvirt is busy with', async () => {
    const { usage, asked, slept } = await usageBy(figures('web', 1) + figures('db', 2));
    expect(usage).toEqual([
      { uuid: web, cpuTimeNs: 1e9, memoryUsed: 2 ** 20 },
      { uuid: db, cpuTimeNs: 2e9, memoryUsed: 2 ** 20 },
    ]);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.join(' ')).toContain('--nowait');
    expect(slept).toEqual([]);
  });

  it('is asked for once more where a VM was busy for a moment', async () => {
    const { usage, slept } = await usageBy(busy('web') + figures('db', 2), figures('web', 3) + busy('db'));
    expect(new Map(usage.map(({ uuid, cpuTimeNs }) => [uuid, cpuTimeNs]))).toEqual(
      new Map([
        [web, 3e9],
        [db, 2e9],
      ]),
    );
    expect(slept).toHaveLength(1);
  });

  it('is told of all others while the start of one hangs', async () => {
    const hanging = "Domain: 'web'\n\n" + figures('db', 2);
    const { usage, asked } = await usageBy(hanging, hanging);
    expect(usage.map(({ uuid }) => uuid)).toEqual([db]);
    expect(asked).toHaveLength(2);
  });
});

import { readFile } from 'node:fs/promises';
import type { Runner, RunResult } from '../ports/runner.ts';
import { parseCmap } from './cmap.ts';
import { type PacemakerState, parseCrmMon } from './crmMon.ts';
import { parseQuorumtool, type Quorum } from './quorumtool.ts';
import { parseSbdConfig, parseSbdList, parseSbdTimes, type SbdConfig } from './sbd.ts';

const toolTimeoutMs = 5000;
const sbdConfigFiles = ['/etc/default/sbd', '/etc/sysconfig/sbd'];
const corosyncConfPath = '/etc/corosync/corosync.conf';

export type PoisonPillDisk = { path: string; readable: boolean; slots: { host: string; message: string }[] };

/** The engine's tools, one function per question. They reject with what `Runner` rejects with. */
export class EngineTools {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  run(argv: readonly string[]): Promise<RunResult> {
    return this.#runner.run(argv, { timeoutMs: toolTimeoutMs });
  }

  /** Undefined: this host belongs to no cluster. */
  async corosyncConf(): Promise<string | undefined> {
    return await readIfThere(corosyncConfPath);
  }

  /** Undefined while Corosync does not run. */
  async cmap(): Promise<Map<string, string> | undefined> {
    const result = await this.run(['corosync-cmapctl']);
    return result.code === 0 ? parseCmap(result.stdout) : undefined;
  }

  /** Undefined while Corosync does not run, and with transports that have no statistics. */
  async linkStatistics(): Promise<Map<string, string> | undefined> {
    const result = await this.run(['corosync-cmapctl', '-m', 'stats', 'stats.knet']);
    return result.code === 0 ? parseCmap(result.stdout) : undefined;
  }

  async quorum(): Promise<Quorum> {
    return parseQuorumtool((await this.run(['corosync-quorumtool', '-s'])).stdout);
  }

  /** Undefined while Pacemaker does not run. */
  async pacemaker(): Promise<PacemakerState | undefined> {
    const result = await this.run(['crm_mon', '--one-shot', '--output-as=xml', '--include=all']);
    return result.code === 0 ? parseCrmMon(result.stdout) : undefined;
  }

  /** Undefined where SBD is not configured. */
  async sbdConfig(): Promise<SbdConfig | undefined> {
    for (const path of sbdConfigFiles) {
      const text = await readIfThere(path);
      if (text !== undefined) return parseSbdConfig(text);
    }
    return undefined;
  }

  /** A disk that is gone, hangs or was never made is not readable; it must not hide the others. */
  async poisonPillDisk(path: string): Promise<PoisonPillDisk> {
    const result = await this.#tryRun(['sbd', '-d', path, 'list']);
    return result?.code === 0
      ? { path, readable: true, slots: parseSbdList(result.stdout) }
      : { path, readable: false, slots: [] };
  }

  async poisonPillTimes(device: string): Promise<ReturnType<typeof parseSbdTimes>> {
    const result = await this.#tryRun(['sbd', '-d', device, 'dump']);
    return result?.code === 0 ? parseSbdTimes(result.stdout) : {};
  }

  /**
   * What Corosync logged of links since then (Unix milliseconds), in this boot: what it missed before the host itself went down it could
   * not tell from hosts that went down with it. Empty where no journal is kept.
   */
  async linkLog(since: number): Promise<string> {
    const result = await this.#tryRun([
      'journalctl',
      '--boot',
      '--identifier=corosync',
      `--since=@${Math.floor(since / 1000)}`,
      '--output=short-unix',
      '--no-pager',
      '--quiet',
      '--grep=link: [0-9]+ is ',
    ]);
    return result?.stdout ?? '';
  }

  async #tryRun(argv: readonly string[]): Promise<RunResult | undefined> {
    return await this.run(argv).catch(() => undefined);
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

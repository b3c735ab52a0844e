import { join } from 'node:path';
import type { HostStatus, SectionName, Sections } from '../../contract/hostState.ts';
import { mkdir, watchFolder } from '../files.ts';
import { collectEvents } from '../history/collect.ts';
import type { Host } from '../host.ts';
import type { Watch } from '../ports/watch.ts';
import { Refresher } from './refresher.ts';
import type { SectionReaders } from './sections.ts';
import { readStatus } from './status.ts';

export interface SectionChange {
  section: SectionName;
  at: number;
  data: Sections[SectionName];
}

/** Least time between two readings of a section; the first after a rest is made at once. */
const minimumIntervalMs: Record<SectionName, number> = {
  system: 200,
  load: 1000,
  vms: 100,
  cluster: 250,
  quorumDisks: 250,
  policy: 250,
  takeover: 250,
  history: 250,
};

/** What nobody announces is looked at so often. */
const loadEveryMs = 2000;
const quorumDisksEveryMs = 5000;
const systemEveryMs = 60_000;
/** A hypervisor that is said to be there but did not answer, as when it has just started on a busy host, is asked again. */
const askAgainMs = 2000;
/** What the engine noticed is noted so often at most; the journal lies in a watched folder. */
const collectEveryMs = 10_000;

/** Follows a host: reads a section when something says that it may have changed, and tells if it has. */
export class HostMonitor {
  readonly #host: Host;
  readonly #readers: SectionReaders;
  readonly #onChange: (change: SectionChange) => void;
  readonly #told = new Map<SectionName, string>();
  readonly #refreshers: Record<SectionName, Refresher>;
  readonly #collector: Refresher;
  readonly #folders = new Map<string, Watch>();
  readonly #ended = new AbortController();
  #watches: Watch[] = [];
  /** The hypervisor was stopped: asking it could start it, so its return is waited for. */
  #lost = false;
  #reachable = true;

  constructor(host: Host, readers: SectionReaders, onChange: (change: SectionChange) => void) {
    this.#host = host;
    this.#readers = readers;
    this.#onChange = onChange;
    this.#collector = new Refresher(() => collectEvents(host), collectEveryMs);
    const refresher = (section: SectionName): Refresher =>
      new Refresher(() => this.#refresh(section), minimumIntervalMs[section]);
    this.#refreshers = {
      system: refresher('system'),
      load: refresher('load'),
      vms: refresher('vms'),
      cluster: refresher('cluster'),
      quorumDisks: refresher('quorumDisks'),
      policy: refresher('policy'),
      takeover: refresher('takeover'),
      history: refresher('history'),
    };
  }

  /** The present status. Changes after it are told from now on. */
  async start(): Promise<HostStatus> {
    const every = (ms: number, section: SectionName): Watch => {
      const timer = setInterval(() => this.#refreshers[section].request(), ms);
      return { stop: () => clearInterval(timer) };
    };
    // Watching begins first: what changes while the status is read is then read again.
    this.#watches = [
      this.#host.hypervisor.watch((event) => {
        if (event.kind !== 'changed') this.#lost = event.kind === 'lost';
        this.#request('vms');
        if (event.kind !== 'changed') this.#request('system', 'load');
      }),
      this.#host.engine.watch((what) => {
        this.#request('cluster');
        if (what === 'state') this.#request('policy', 'takeover');
        if (what !== 'figures') this.#collector.request();
      }),
      every(loadEveryMs, 'load'),
      every(quorumDisksEveryMs, 'quorumDisks'),
      every(systemEveryMs, 'system'),
      every(systemEveryMs, 'vms'),
    ];
    const status = await readStatus(this.#host, this.#readers);
    for (const [section, data] of Object.entries(status.sections)) {
      // What a change told in the meantime is newer.
      if (!this.#told.has(section as SectionName))
        this.#told.set(section as SectionName, JSON.stringify(data));
    }
    await this.#watchFolders();
    return status;
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    for (const each of this.#watches) each.stop();
    for (const watcher of this.#folders.values()) watcher.stop();
    const refreshers = [this.#collector, ...Object.values(this.#refreshers)];
    await Promise.all(refreshers.map((refresher) => refresher.stop()));
  }

  #request(...sections: SectionName[]): void {
    for (const section of sections) this.#refreshers[section].request();
  }

  async #refresh(section: SectionName): Promise<void> {
    try {
      const data = await this.#readers[section]();
      if (section === 'system') this.#afterSystem(data as Sections['system']);
      const text = JSON.stringify(data);
      if (this.#told.get(section) === text) return;
      this.#told.set(section, text);
      this.#onChange({ section, at: this.#host.clock.now(), data });
      if (section === 'vms') this.#request('quorumDisks');
      if (section === 'cluster') await this.#watchFolders();
    } catch (error) {
      // The console keeps what it has, with its age; the problem of which this is a part has a section of its own.
      this.#host.log.error({ error, section }, 'a section could not be read');
    }
  }

  #afterSystem({ hypervisor }: Sections['system']): void {
    const wasReachable = this.#reachable;
    this.#reachable = hypervisor.reachable;
    if (hypervisor.reachable && !wasReachable) this.#request('vms', 'load');
    if (hypervisor.reachable || this.#lost) return;
    this.#host.clock.sleep(askAgainMs, this.#ended.signal).then(
      () => this.#request('system'),
      () => undefined,
    );
  }

  /** Quorum disks come and go with the cluster. A watch on a folder does not keep a disk from being unmounted. */
  async #watchFolders(): Promise<void> {
    const mounted = await this.#host.quorumDisks.mounted();
    const { run, history } = this.#host.paths;
    const wanted = new Map<string, SectionName[]>(
      mounted.flatMap(({ folder }) => [
        [folder, ['quorumDisks', 'takeover']],
        [join(folder, 'definitions'), ['quorumDisks']],
      ]),
    );
    for (const [folder, sections] of [
      // A sync marks there that it goes on.
      [run, ['takeover', 'history', 'quorumDisks']],
      [history, ['history', 'takeover']],
    ] as const) {
      await mkdir(folder, { recursive: true, mode: 0o755 });
      wanted.set(folder, [...sections]);
    }
    const gone = [...this.#folders.keys()].filter((folder) => !wanted.has(folder));
    const come = [...wanted].filter(([folder]) => !this.#folders.has(folder));
    for (const folder of gone) {
      this.#folders.get(folder)?.stop();
      this.#folders.delete(folder);
    }
    for (const [folder, sections] of come) this.#watchFolder(folder, sections);
    if (gone.length > 0 || come.length > 0) this.#request('quorumDisks', 'takeover');
  }

  #watchFolder(folder: string, sections: readonly SectionName[]): void {
    try {
      const watcher = watchFolder(
        folder,
        () => this.#request(...sections),
        () => this.#folders.delete(folder),
      );
      this.#folders.set(folder, watcher);
    } catch (error) {
      // Unmounted this very moment, or unreadable: then the regular look has to do.
      this.#host.log.warn({ error, folder }, 'a folder cannot be watched');
    }
  }
}

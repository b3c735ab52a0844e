import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { EmbeddedAction } from '../../contract/embedded.ts';
import type { EmbeddedReport, EmbeddedServer } from '../../contract/embeddedProtocol.ts';
import { MinimeError } from '../../contract/errors.ts';
import { hostKeyOf } from '../ssh/keys.ts';
import { Processes } from '../ssh/processes.ts';
import { SshHost } from '../ssh/sshHost.ts';
import { RealClock } from '../time/realClock.ts';
import { labTiming } from '../timing.ts';
import type { Boot } from '../world/boot.ts';
import { act } from './act.ts';
import { type SiteDesign, siteDesignSchema } from './design.ts';
import { type Ports, portsSchema } from './ports.ts';
import { reportOf } from './report.ts';
import { Rig } from './rig.ts';
import { SavedFile } from './savedFile.ts';

export interface SiteOptions {
  folder: string;
  version: string;
  /** As in authorized_keys. */
  authorizedKey: string;
  /** Used where there is no site in the folder yet. */
  design: () => SiteDesign;
  onReport: (report: EmbeddedReport) => void;
  onServer: (server: EmbeddedServer) => void;
  log: (level: 'info' | 'warn' | 'error', fields: object, message: string) => void;
}

/** Changes come in bursts; more often than this nobody looks. */
const lookEveryMs = 100;
/** A report is whole: of very many VMs it is made more seldom, also if somebody does one thing after the other to them. */
const reportEveryMs = (vms: number): number => Math.max(lookEveryMs, vms);
const saveEveryMs = 1_000;

/** All embedded clusters of one folder, their hosts as SSH servers on loopback. */
export class Site {
  readonly #options: SiteOptions;
  readonly #design: SiteDesign;
  readonly #authorizedKey: ssh2.ParsedKey;
  readonly #rigs: Rig[];
  readonly #ports: Ports;
  readonly #portsFile: SavedFile<Ports>;
  readonly #clock: RealClock;
  #changed = false;
  #reported = '';
  #notBefore = 0;
  #timers: NodeJS.Timeout[] = [];

  private constructor(
    options: SiteOptions,
    design: SiteDesign,
    { file, ports }: { file: SavedFile<Ports>; ports: Ports },
  ) {
    this.#options = options;
    this.#design = design;
    this.#ports = ports;
    this.#portsFile = file;
    this.#authorizedKey = parsedKey(options.authorizedKey);
    this.#clock = new RealClock(design.speed, Math.max(Date.now(), ports.clock + 1));
    this.#rigs = design.clusters.map(
      (cluster) =>
        new Rig({
          design: cluster,
          folder: join(options.folder, 'clusters', cluster.description.name),
          clock: this.#clock,
          timing: labTiming,
          version: options.version,
          log: (fields, message) => this.#log(fields, message),
          onBooted: (boot) => void this.#serve(boot),
          onChange: () => {
            this.#changed = true;
          },
        }),
    );
  }

  static async open(options: SiteOptions): Promise<Site> {
    await mkdir(join(options.folder, 'keys'), { recursive: true, mode: 0o700 });
    const designFile = new SavedFile(join(options.folder, 'site.json'), siteDesignSchema);
    let design = await designFile.read();
    if (design === undefined) {
      design = options.design();
      await designFile.write(design);
    }
    const file = new SavedFile(join(options.folder, 'ports.json'), portsSchema);
    return new Site(options, design, { file, ports: (await file.read()) ?? { clock: 0, hosts: {} } });
  }

  async start(): Promise<EmbeddedReport> {
    await Promise.all(this.#rigs.map((rig) => rig.start()));
    this.#timers = [
      setInterval(() => this.#report(), lookEveryMs),
      setInterval(() => void this.#save(), saveEveryMs),
    ];
    return this.report();
  }

  report(): EmbeddedReport {
    return reportOf(this.#design, this.#rigs);
  }

  async act(action: EmbeddedAction): Promise<void> {
    await act(this.#rigs, action);
    for (const { cluster } of this.#rigs) cluster.tell('', `> ${JSON.stringify(action)}`);
    this.#changed = true;
    this.#report();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#rigs.map((rig) => rig.stop()));
    await this.#savePorts();
    this.#clock.stop();
  }

  #report(): void {
    if (!this.#changed || performance.now() < this.#notBefore) return;
    this.#changed = false;
    const report = this.report();
    this.#notBefore = performance.now() + reportEveryMs(report.vms.length);
    const text = JSON.stringify(report);
    if (text === this.#reported) return;
    this.#reported = text;
    this.#options.onReport(report);
  }

  async #save(): Promise<void> {
    try {
      for (const rig of this.#rigs) {
        const before = rig.tampering.vms.length;
        await rig.tampering.look();
        if (rig.tampering.vms.length !== before) this.#changed = true;
        await rig.save();
      }
    } catch (error) {
      this.#log({ level: 'error', error }, 'the embedded cluster cannot be written down');
    }
  }

  async #savePorts(): Promise<void> {
    await this.#portsFile.write({ ...this.#ports, clock: this.#clock.now() });
  }

  /** The SSH server of a host comes up with it. */
  async #serve(boot: Boot): Promise<void> {
    const { folder, onServer } = this.#options;
    const rig = this.#rigs.find(({ cluster }) => cluster.hosts.has(boot.host));
    if (rig === undefined) return;
    try {
      const key = await hostKeyOf(join(folder, 'keys'), boot.host);
      if (boot.life.over) return;
      const server = new SshHost({
        hostKey: key.private,
        authorizedKey: this.#authorizedKey,
        boot,
        processes: new Processes(rig.cluster, boot),
        onFailure: (error) => this.#log({ level: 'error', host: boot.host, error }, 'its SSH server fails'),
      });
      const port = await server.listen(this.#ports.hosts[boot.host]);
      if (this.#ports.hosts[boot.host] !== port) {
        this.#ports.hosts[boot.host] = port;
        await this.#savePorts();
      }
      if (!boot.life.over) onServer({ name: boot.host, port, hostKey: key.public });
    } catch (error) {
      this.#log({ level: 'error', host: boot.host, error }, 'its SSH server does not start');
    }
  }

  #log(fields: object, message: string): void {
    const { level = 'info' } = fields as { level?: 'info' | 'warn' | 'error' };
    this.#options.log(level, fields, message);
  }
}

function parsedKey(text: string): ssh2.ParsedKey {
  const parsed = ssh2.utils.parseKey(text);
  if (!(parsed instanceof Error)) return parsed;
  throw new MinimeError({
    kind: 'invalid-input',
    message: 'The key of the console is no key.',
    cause: parsed.message,
  });
}

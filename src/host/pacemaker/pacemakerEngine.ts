import type { Fencing } from '../../contract/clusterState.ts';
import { toErrorInfo } from '../../contract/errors.ts';
import type { FenceDevices } from '../../contract/hostProtocol.ts';
import type { VirtualIpSpec } from '../../contract/virtualIp.ts';
import type {
  ClusterEngine,
  EngineChange,
  EngineHappening,
  EngineState,
  EngineTrouble,
  FenceOptions,
  HostLoss,
} from '../ports/clusterEngine.ts';
import type { Runner } from '../ports/runner.ts';
import type { Watch } from '../ports/watch.ts';
import { attribute, children, parseXml } from '../xml.ts';
import { composeState, noEngine } from './compose.ts';
import { type Configuration, parseConfiguration } from './configuration.ts';
import { CorosyncConfError, parseCorosyncConf } from './corosyncConf.ts';
import { Documents } from './documents.ts';
import { EngineTools } from './engineTools.ts';
import { watchEngine } from './engineWatch.ts';
import { readEvents } from './events.ts';
import { askFenceDevices } from './fenceDevices.ts';
import { fencingFailed, mustBeGone } from './fencing.ts';
import { happeningsOf } from './happenings.ts';
import { lossFrom } from './loss.ts';
import { Part } from './parts.ts';
import { readSbd, type SbdAnswer } from './readSbd.ts';
import { VirtualIps } from './virtualIps.ts';

const factsAttribute = 'minime-facts';
/** Longer than any fencing Pacemaker still waits for (stonith-timeout and the delays of several devices). */
const fenceTimeoutMs = 300_000;
const progressEveryMs = 2000;

export interface PacemakerEngineOptions {
  runner: Runner;
  /** What was chosen at deployment, from host.json. */
  fencingMethod: () => Promise<Fencing['method'] | undefined>;
  /** What the alert agent writes. */
  eventsPath: string;
}

/** Corosync, Pacemaker and SBD, through their own tools. */
export class PacemakerEngine implements ClusterEngine {
  readonly #runner: Runner;
  readonly #tools: EngineTools;
  readonly #documents: Documents;
  readonly #virtualIps: VirtualIps;
  readonly #fencingMethod: PacemakerEngineOptions['fencingMethod'];
  readonly #eventsPath: string;
  #watched = false;

  readonly #conf: Part<string | undefined>;
  readonly #cmap: Part<Map<string, string> | undefined>;
  readonly #stats: Part<Map<string, string> | undefined>;
  readonly #quorum: Part<Awaited<ReturnType<EngineTools['quorum']>>>;
  readonly #pacemaker: Part<Awaited<ReturnType<EngineTools['pacemaker']>>>;
  readonly #sbd: Part<SbdAnswer>;
  readonly #configuration: Part<Configuration>;

  constructor({ runner, fencingMethod, eventsPath }: PacemakerEngineOptions) {
    this.#eventsPath = eventsPath;
    this.#runner = runner;
    this.#fencingMethod = fencingMethod;
    this.#tools = new EngineTools(runner);
    this.#documents = new Documents(runner);
    this.#virtualIps = new VirtualIps(runner);
    this.#conf = new Part(() => this.#tools.corosyncConf());
    this.#cmap = new Part(() => this.#tools.cmap());
    this.#stats = new Part(() => this.#tools.linkStatistics());
    this.#quorum = new Part(() => this.#tools.quorum());
    this.#pacemaker = new Part(() => this.#tools.pacemaker());
    this.#sbd = new Part(() => readSbd(this.#tools));
    this.#configuration = new Part(async () => parseConfiguration(await this.#documents.configuration()));
  }

  async state(): Promise<EngineState> {
    if (!this.#watched) this.#outdateAll();
    const trouble: EngineTrouble[] = [];
    const text = await this.#conf.get();
    if (text === undefined) return noEngine;
    const conf = parseConf(text, trouble);
    const [cmap, sbd, fencingMethod] = await Promise.all([
      answer(this.#cmap, 'corosync', trouble),
      answer(this.#sbd, 'sbd', trouble),
      this.#fencingMethod(),
    ]);
    const running = cmap !== undefined;
    const [stats, quorum, pacemaker, configuration] = await Promise.all([
      running ? answer(this.#stats, 'corosync', trouble) : Promise.resolve(undefined),
      running ? answer(this.#quorum, 'corosync', trouble) : Promise.resolve(undefined),
      running ? answer(this.#pacemaker, 'pacemaker', trouble) : Promise.resolve(undefined),
      running ? optional(this.#configuration) : Promise.resolve(undefined),
    ]);
    return composeState({
      conf,
      cmap,
      stats,
      quorum,
      pacemaker,
      configuration,
      poisonPills: sbd?.devices ?? [],
      watchdog: sbd?.watchdog ?? {},
      sbdTimes: sbd?.times ?? {},
      fencingMethod,
      trouble,
    });
  }

  async fence(target: string, { signal, onProgress }: FenceOptions): Promise<void> {
    const started = performance.now();
    const argv = ['stonith_admin', '--reboot', target, '--output-as=xml', '--timeout=240'];
    onProgress?.(`Asked Pacemaker to fence ${target}.`);
    const progress = setInterval(() => {
      const seconds = Math.round((performance.now() - started) / 1000);
      onProgress?.(`Waiting until ${target} is fenced (${seconds} s).`);
    }, progressEveryMs);
    try {
      const options = { timeoutMs: fenceTimeoutMs, ...(signal === undefined ? {} : { signal }) };
      const result = await this.#runner.run(argv, options);
      if (result.code !== 0) throw fencingFailed(target, argv, result);
    } finally {
      clearInterval(progress);
    }
  }

  async fenceDevices(): Promise<FenceDevices> {
    return await askFenceDevices(this.#runner, parseConfiguration(await this.#documents.configuration()));
  }

  async wasFencedSince(target: string, since: number): Promise<boolean> {
    this.#outdateAll();
    const state = await this.state();
    const member = state.members.find(({ name }) => name === target);
    if (!state.quorate || member === undefined || member.online) return false;
    return state.fencing.history.some(
      (event) =>
        event.target === target && event.outcome === 'success' && event.at !== undefined && event.at >= since,
    );
  }

  async lossOf(target: string): Promise<HostLoss> {
    this.#outdateAll();
    const [state, events] = await Promise.all([this.state(), readEvents(this.#eventsPath)]);
    return lossFrom(state, target, events);
  }

  async confirmFenced(target: string): Promise<void> {
    this.#outdateAll();
    mustBeGone(target, await this.state());
    await this.#runner.must(['stonith_admin', '--confirm', target], { timeoutMs: 30_000 });
  }

  async documents(prefix: string): Promise<Map<string, string>> {
    if (!this.#watched) this.#configuration.outdate();
    try {
      const { documents } = await this.#configuration.get();
      return new Map([...documents].filter(([name]) => name.startsWith(prefix)));
    } catch (error) {
      this.#configuration.outdate();
      throw error;
    }
  }

  createDocument(name: string, text: string): Promise<boolean> {
    return this.#changing(this.#documents.create(name, text));
  }

  removeDocument(name: string, text?: string): Promise<void> {
    return this.#changing(this.#documents.remove(name, text));
  }

  addVirtualIp(spec: VirtualIpSpec): Promise<void> {
    return this.#changing(this.#virtualIps.add(spec));
  }

  moveVirtualIp(name: string, host: string): Promise<void> {
    return this.#changing(this.#virtualIps.move(name, host));
  }

  removeVirtualIp(name: string): Promise<void> {
    return this.#changing(this.#virtualIps.remove(name));
  }

  async publish(text: string): Promise<void> {
    const { localNode } = await this.state();
    if (localNode === undefined || (await this.published()).get(localNode) === text) return;
    const attributeArguments = ['--type', 'nodes', '--node', localNode, '--name', factsAttribute];
    await this.#runner.must([
      'crm_attribute',
      ...attributeArguments,
      '--lifetime',
      'forever',
      '--update',
      text,
    ]);
  }

  async published(): Promise<Map<string, string>> {
    const result = await this.#tools.run(['cibadmin', '--query', '--scope', 'nodes']);
    const found = new Map<string, string>();
    if (result.code !== 0) return found;
    for (const node of children(parseXml(result.stdout, 'nodes'), 'node')) {
      const pairs = children(node, 'instance_attributes').flatMap((set) => children(set, 'nvpair'));
      const facts = pairs.find((pair) => attribute(pair, 'name') === factsAttribute);
      if (facts !== undefined) found.set(attribute(node, 'uname'), attribute(facts, 'value'));
    }
    return found;
  }

  async happened(since: number): Promise<EngineHappening[]> {
    const [{ members }, noted, log] = await Promise.all([
      this.state(),
      readEvents(this.#eventsPath),
      this.#tools.linkLog(since),
    ]);
    return happeningsOf(since, members, noted, log);
  }

  watch(onChange: (what: EngineChange) => void): Watch {
    const outdate =
      (what: EngineChange, ...parts: Part<unknown>[]) =>
      (): void => {
        for (const part of parts) part.outdate();
        onChange(what);
      };
    this.#watched = true;
    this.#outdateAll();
    const watch = watchEngine(this.#runner, {
      onEngine: outdate('state', ...this.#parts(), this.#stats),
      onLinks: outdate('links', this.#stats, this.#conf),
      onLatencies: outdate('figures', this.#stats, this.#conf),
      onPoisonPills: outdate('figures', this.#sbd),
    });
    return {
      stop: () => {
        this.#watched = false;
        watch.stop();
      },
    };
  }

  /** What this host changed it reads anew, before anybody tells it to. */
  async #changing<T>(change: Promise<T>): Promise<T> {
    try {
      return await change;
    } finally {
      this.#configuration.outdate();
    }
  }

  /** Those that a change of membership or of Pacemaker's state is about. */
  #parts(): Part<unknown>[] {
    return [this.#conf, this.#cmap, this.#quorum, this.#pacemaker, this.#sbd, this.#configuration];
  }

  #outdateAll(): void {
    for (const part of [...this.#parts(), this.#stats]) part.outdate();
  }
}

function parseConf(text: string, trouble: EngineTrouble[]): ReturnType<typeof parseCorosyncConf> | undefined {
  try {
    return parseCorosyncConf(text);
  } catch (error) {
    if (!(error instanceof CorosyncConfError)) throw error;
    trouble.push({ part: 'corosync.conf', message: error.message });
    return undefined;
  }
}

/** A tool that fails leaves its part of the picture empty, and says why; it does not hide the rest. */
async function answer<T>(
  part: Part<T>,
  name: EngineTrouble['part'],
  trouble: EngineTrouble[],
): Promise<T | undefined> {
  try {
    return await part.get();
  } catch (error) {
    part.outdate();
    trouble.push({ part: name, message: toErrorInfo(error).message });
    return undefined;
  }
}

/** A tool that has nothing to say while another one, which is asked as well, says why. */
async function optional<T>(part: Part<T>): Promise<T | undefined> {
  try {
    return await part.get();
  } catch {
    part.outdate();
    return undefined;
  }
}

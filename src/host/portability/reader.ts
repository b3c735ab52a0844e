import { MinimeError } from '../../contract/errors.ts';
import { configIfGood, type Host, nodeNameOf } from '../host.ts';
import type { PortabilityView } from './findings.ts';
import { composeFacts, type PeerFacts, parseFacts } from './peerFacts.ts';

/** What peers publish changes when somebody adds a bridge, not by the second. */
const factsForMs = 60_000;

/** What is known about this host and its peers that decides where a VM can start. */
export class PortabilityReader {
  readonly #host: Host;
  #facts: { at: number; peers: Promise<Map<string, PeerFacts>> } | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  async view(): Promise<PortabilityView> {
    const [mounts, config, name, all] = await Promise.all([
      this.#host.machine.mounts(),
      configIfGood(this.#host),
      nodeNameOf(this.#host),
      this.#allFacts(),
    ]);
    const peers = new Map([...all].filter(([node]) => node !== name));
    return { host: name, mounts, sharedFolders: config?.sharedFolders ?? [], peers, own: all.get(name) };
  }

  async #allFacts(): Promise<Map<string, PeerFacts>> {
    const now = this.#host.clock.now();
    if (this.#facts === undefined || now - this.#facts.at > factsForMs) {
      this.#facts = { at: now, peers: this.#readFacts() };
    }
    return await this.#facts.peers;
  }

  async #readFacts(): Promise<Map<string, PeerFacts>> {
    try {
      return parseFacts(await this.#host.engine.published());
    } catch (error) {
      // No cluster on this host yet: then there are no peers to compare with.
      if (error instanceof MinimeError) return new Map();
      throw error;
    }
  }
}

/** Tells the peers what they need to know of this host; writes to the cluster only if it is something new. */
export async function publishFacts(host: Host): Promise<void> {
  const [hypervisor, network] = await Promise.all([host.hypervisor.facts(), host.machine.networkCards()]);
  await host.engine.publish(JSON.stringify(composeFacts(hypervisor, network)));
}

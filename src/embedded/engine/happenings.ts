import type { EngineHappening } from '../../host/ports/clusterEngine.ts';

type OfHosts = Exclude<EngineHappening, { peer: string }>;

/** More than any host has not asked for yet. */
const kept = 500;

/** What the engine noticed, as the hosts remember it: of hosts the same everywhere, of links what concerns each of them. */
export class Happenings {
  readonly #ofHosts: { happening: OfHosts; viewer: string | undefined }[] = [];
  readonly #ofLinks: { link: number; ends: readonly [string, string]; up: boolean; at: number }[] = [];
  readonly #down = new Set<string>();

  /** Every host notices it, or only `viewer`. */
  note(happening: OfHosts, viewer?: string): void {
    this.#ofHosts.push({ happening, viewer });
    this.#ofHosts.splice(0, this.#ofHosts.length - kept);
  }

  /** To be told whenever links may be different. */
  noteLinks(
    hosts: readonly string[],
    links: number,
    isUp: (link: number, a: string, b: string) => boolean,
    at: number,
  ): void {
    for (let link = 0; link < links; link++) {
      for (const [index, a] of hosts.entries()) {
        for (const b of hosts.slice(index + 1)) {
          const name = `${link} ${a} ${b}`;
          const up = isUp(link, a, b);
          if (up !== this.#down.has(name)) continue;
          if (up) this.#down.delete(name);
          else this.#down.add(name);
          this.#ofLinks.push({ link, ends: [a, b], up, at });
        }
      }
    }
    this.#ofLinks.splice(0, this.#ofLinks.length - kept);
  }

  since(viewer: string, since: number): EngineHappening[] {
    const links = this.#ofLinks.flatMap(({ link, ends: [a, b], up, at }): EngineHappening[] => {
      if (viewer !== a && viewer !== b) return [];
      return [{ kind: up ? 'link-restored' : 'link-lost', link, peer: viewer === a ? b : a, at }];
    });
    const hosts = this.#ofHosts
      .filter((one) => one.viewer === undefined || one.viewer === viewer)
      .map(({ happening }) => happening);
    return [...hosts, ...links].filter(({ at }) => at > since).sort((x, y) => x.at - y.at);
  }
}

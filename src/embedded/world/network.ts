/** How many heartbeat links the hosts of an embedded cluster have. */
export const linkCount = 2;

/** Addresses of the heartbeat networks, of those that are kept for documentation: nothing listens there. */
const networks = ['192.0.2', '198.51.100'];
export const networkPrefix = 24;
export const addressOf = (index: number, link: number): string => `${networks[link] ?? ''}.${index + 1}`;

/** Whose address that is, as `addressOf` has it. */
export function placeOf(address: string): { index: number; link: number } | undefined {
  const [, network = '', last = ''] = /^(.*)\.(\d+)$/.exec(address) ?? [];
  const link = networks.indexOf(network);
  return link === -1 ? undefined : { index: Number(last) - 1, link };
}

/** Which hosts hear each other, and over which links. */
export class Network {
  /** By host: the side it is on; hosts without an entry are on the same one. */
  readonly #sides = new Map<string, number>();
  readonly #cutLinks = new Set<string>();
  #nextSide = 1;

  /** These hosts hear each other, and nobody else. */
  part(hosts: readonly string[]): void {
    const side = this.#nextSide++;
    for (const host of hosts) this.#sides.set(host, side);
  }

  /** Cuts one link, of one host or of all. */
  cutLink(link: number, host?: string): void {
    this.#cutLinks.add(nameOf(link, host));
  }

  mendLink(link: number, host: string): void {
    this.#cutLinks.delete(nameOf(link, host));
  }

  mend(): void {
    this.#sides.clear();
    this.#cutLinks.clear();
  }

  faults(): NetworkFaults {
    const sides = new Map<number, string[]>();
    for (const [host, side] of this.#sides) sides.set(side, [...(sides.get(side) ?? []), host]);
    const cutLinks = [...this.#cutLinks].map((name) => {
      const [link, host = ''] = name.split(' ');
      return { link: Number(link), host };
    });
    return { sides: [...sides.values()], cutLinks };
  }

  linkUp(link: number, a: string, b: string): boolean {
    if ((this.#sides.get(a) ?? 0) !== (this.#sides.get(b) ?? 0)) return false;
    return ![nameOf(link), nameOf(link, a), nameOf(link, b)].some((name) => this.#cutLinks.has(name));
  }

  connected(a: string, b: string): boolean {
    if (a === b) return true;
    return Array.from({ length: linkCount }, (_, link) => link).some((link) => this.linkUp(link, a, b));
  }
}

/** What is broken now, as it can be written down. */
export interface NetworkFaults {
  /** Hosts that hear each other and nobody else, side by side. */
  sides: string[][];
  cutLinks: { link: number; host: string }[];
}

const nameOf = (link: number, host = ''): string => `${link} ${host}`;

import type { HostFacts } from '../../../../contract/deployment.ts';

/** A network that every chosen host is on, with one address of each. */
export interface CommonNetwork {
  /** Network address and prefix length, as "10.0.1.0/24". */
  network: string;
  addresses: Record<string, string>;
  /** Name of the interface, where it is the same on all hosts. */
  interface: string | null;
}

/** More links than this are not proposed; the admin may add up to eight. */
const PROPOSED = 4;

/**
 * Networks fit for heartbeat, best first: those on which the console does not reach the hosts come first, since they
 * carry less. IPv6 is proposed only where there is no common IPv4 network.
 */
export function commonNetworks(facts: HostFacts[], consoleAddresses: string[]): CommonNetwork[] {
  const all = facts.map((host) => networksOf(host));
  const [first] = all;
  if (first === undefined || facts.length < 2) return [];
  const common = [...first.keys()].flatMap((network) => {
    const places = all.map((networks) => networks.get(network));
    if (places.some((place) => place === undefined)) return [];
    const addresses = places.flatMap((place) => (place === undefined ? [] : [place.address]));
    // The same address on two hosts is a bridge of their own, like libvirt's 192.168.122.1.
    if (new Set(addresses).size !== addresses.length) return [];
    const interfaces = new Set(places.map((place) => place?.interface));
    return [
      {
        network,
        addresses: Object.fromEntries(facts.map((host, index) => [host.hostId, addresses[index] ?? ''])),
        interface: interfaces.size === 1 ? (places[0]?.interface ?? null) : null,
      },
    ];
  });
  const ipv4 = common.filter(({ network }) => !network.includes(':'));
  const managed = (network: CommonNetwork) =>
    Object.values(network.addresses).some((address) => consoleAddresses.includes(address));
  return (ipv4.length > 0 ? ipv4 : common).toSorted((a, b) => Number(managed(a)) - Number(managed(b)));
}

export function proposedNetworks(facts: HostFacts[], consoleAddresses: string[]): CommonNetwork[] {
  return commonNetworks(facts, consoleAddresses).slice(0, PROPOSED);
}

function networksOf(host: HostFacts): Map<string, { address: string; interface: string }> {
  const networks = new Map<string, { address: string; interface: string }>();
  for (const { address, prefix, interface: name } of host.addresses) {
    const network = networkOf(address, prefix);
    if (network !== null && !networks.has(network)) networks.set(network, { address, interface: name });
  }
  return networks;
}

/** The network an address is in; null for addresses that no other host can reach. */
export function networkOf(address: string, prefix: number): string | null {
  return address.includes(':') ? ipv6Network(address, prefix) : ipv4Network(address, prefix);
}

function ipv4Network(address: string, prefix: number): string | null {
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return null;
  const [a = 0, b = 0] = parts;
  if (a === 127 || (a === 169 && b === 254) || prefix < 1 || prefix > 31) return null;
  const bits = parts.reduce((sum, part) => sum * 256 + part, 0);
  const size = 2 ** (32 - prefix);
  const base = Math.floor(bits / size) * size;
  const octet = (power: number) => Math.floor(base / 256 ** power) % 256;
  return `${[3, 2, 1, 0].map(octet).join('.')}/${prefix}`;
}

function ipv6Network(address: string, prefix: number): string | null {
  if (prefix < 1 || prefix > 127) return null;
  const groups = expandIpv6(address);
  if (groups === null) return null;
  const [first = 0] = groups;
  const loopback = groups.slice(0, 7).every((group) => group === 0) && (groups[7] ?? 0) <= 1;
  if (loopback || (first & 0xffc0) === 0xfe80) return null;
  const masked = groups.map((group, index) => {
    const kept = Math.min(16, Math.max(0, prefix - index * 16));
    return group & (0xffff << (16 - kept));
  });
  return `${masked.map((group) => group.toString(16)).join(':')}/${prefix}`;
}

function expandIpv6(address: string): number[] | null {
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const [left, right] = [groups(head), tail === undefined ? [] : groups(tail)];
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 0) return null;
  const all = [...left, ...Array.from({ length: missing }, () => '0'), ...right].map((group) =>
    Number.parseInt(group, 16),
  );
  return all.some(Number.isNaN) ? null : all;
}

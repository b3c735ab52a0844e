import { BlockList, isIPv6, SocketAddress } from 'node:net';

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');

/** In whatever way they are written. */
export function sameAddress(a: string, b: string): boolean {
  if (familyOf(a) !== familyOf(b)) return false;
  const written = (address: string): string =>
    new SocketAddress({ address, family: familyOf(address) }).address;
  return written(a) === written(b);
}

/** Whether `address` is in the network of `other`, of which `prefixLength` bits tell it from the others. */
export function isInNetwork(address: string, other: string, prefixLength: number): boolean {
  if (familyOf(address) !== familyOf(other)) return false;
  const network = new BlockList();
  network.addSubnet(other, prefixLength, familyOf(other));
  return network.check(address, familyOf(address));
}

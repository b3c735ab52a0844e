import { z } from 'zod';

/** Every file of every lab lies below one of these two; every kernel object's name starts with `minime`. */
export const labsDirectory = '/var/lib/minime-lab';
export const cacheDirectory = '/var/cache/minime-lab';

/** Short, because interface names are limited to 15 characters and host names should stay readable. */
export const labNameSchema = z
  .string()
  .regex(
    /^[a-z][a-z0-9]{0,9}$/,
    'a lab name is 1 to 10 lower-case letters and digits, and starts with a letter',
  );

/** 10.100 to 10.199 are used, one second octet per lab. */
export const maximumLabs = 100;
export const maximumHosts = 32;

/** The networks of a host. Link 0 is management; heartbeat links count from 1. */
export const networks = [
  { link: 0, letter: 'm', nic: 'mgmt0' },
  { link: 1, letter: 'a', nic: 'hb1' },
  { link: 2, letter: 'b', nic: 'hb2' },
] as const;
export type Network = (typeof networks)[number];

/** Third octet is the network, fourth is 10 + the host's number; .1 is this machine. */
export const networkPrefix = (slot: number, network: Network): string => `10.${100 + slot}.${network.link}`;
export const outerAddress = (slot: number, network: Network): string => `${networkPrefix(slot, network)}.1`;
export const hostAddress = (slot: number, network: Network, hostNumber: number): string =>
  `${networkPrefix(slot, network)}.${10 + hostNumber}`;

export const hostName = (hostNumber: number): string => `n${hostNumber}`;
export const hostNumberOf = (name: string): number => Number(name.slice(1));

/** A host keeps its network cards when it is switched off and on, so its addresses in others' ARP tables stay right. */
export const hostMac = (slot: number, network: Network, hostNumber: number): string =>
  ['02', '6d', '6d', slot, network.link, hostNumber]
    .map((part) => (typeof part === 'string' ? part : part.toString(16).padStart(2, '0')))
    .join(':');

/** Interface on this machine, bridge in the lab's switch, and the bridge's ports. */
export const outerNic = (slot: number, network: Network): string => `minime${slot}${network.letter}`;
export const bridge = (slot: number, network: Network): string => `minime${slot}${network.letter}br`;
export const uplink = (slot: number, network: Network): string => `minime${slot}${network.letter}up`;
export const port = (slot: number, network: Network, hostNumber: number): string =>
  `minime${slot}n${hostNumber}${network.letter}`;

/** Name of a host's container and of its control groups. */
export const machineName = (lab: string, host: string): string => `minime-${lab}-${host}`;

export const labDirectory = (lab: string): string => `${labsDirectory}/${lab}`;
export const hostDirectory = (lab: string, host: string): string => `${labDirectory(lab)}/hosts/${host}`;
export const rootDirectory = (lab: string, host: string): string => `${hostDirectory(lab, host)}/root`;
export const switchPath = (lab: string): string => `${labDirectory(lab)}/switch`;
export const sharedPath = (lab: string): string => `${labDirectory(lab)}/shared`;
export const sshDirectory = (lab: string): string => `${labDirectory(lab)}/ssh`;
export const lockPath = (what: string): string => `/run/minime-lab/${what}.lock`;

/** Where a host sees the shared directory. */
export const sharedMountPoint = '/srv/vms';
/** Where a host sees the local package repository. */
export const packagesMountPoint = '/srv/packages';

/** Accounts in every host; all have this password and accept the lab's key. */
export const labPassword = 'minime-lab';
export const labUsers = { root: 'root', passwordSudo: 'admin', freeSudo: 'ops', noSudo: 'guest' } as const;

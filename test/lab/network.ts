import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { must } from './command.ts';
import {
  bridge,
  hostAddress,
  hostDirectory,
  hostMac,
  hostNumberOf,
  labDirectory,
  maximumHosts,
  networkPrefix,
  networks,
  outerAddress,
  outerNic,
  port,
  switchPath,
  uplink,
} from './names.ts';
import type { LabState } from './state.ts';

/** Where a host's guests plug in their virtual network cards. */
export const guestBridge = 'vmbr0';

const inSwitch = (lab: string, argv: readonly string[]): string[] => [
  'nsenter',
  `--net=${switchPath(lab)}`,
  ...argv,
];

export async function isMountPoint(path: string): Promise<boolean> {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  return mounts.split('\n').some((line) => line.split(' ')[1] === path);
}

/**
 * Makes the lab's switch: one network namespace with one bridge per network, and one cable per network to this
 * machine. In a namespace of its own the bridges are out of reach of this machine's firewall (Docker's, for instance).
 */
export async function makeSwitch(state: LabState): Promise<void> {
  const { name: lab, slot } = state;
  await mkdir(labDirectory(lab), { recursive: true });
  await writeFile(switchPath(lab), '');
  await must(['unshare', `--net=${switchPath(lab)}`, 'true']);
  for (const network of networks) {
    const outer = outerNic(slot, network);
    const switchBatch = [
      // No querier on these bridges: with snooping on, Corosync's UDP multicast would starve.
      `link add ${bridge(slot, network)} type bridge mcast_snooping 0 forward_delay 0`,
      `link set ${bridge(slot, network)} up`,
    ];
    await must(inSwitch(lab, ['ip', '-batch', '-']), { stdin: switchBatch.join('\n') });
    const outerBatch = [
      `link add ${outer} type veth peer name ${uplink(slot, network)} netns ${switchPath(lab)}`,
      `address add ${outerAddress(slot, network)}/24 dev ${outer}`,
      `link set ${outer} up`,
    ];
    await must(['ip', '-batch', '-'], { stdin: outerBatch.join('\n') });
    const plug = `link set ${uplink(slot, network)} master ${bridge(slot, network)} up`;
    await must(inSwitch(lab, ['ip', '-batch', '-']), { stdin: plug });
  }
}

/** Writes what `power.sh` needs to plug the host in, with the cables that are cut at present left unplugged. */
export async function writeCabling(state: LabState, host: string): Promise<void> {
  const { name: lab, slot } = state;
  const directory = hostDirectory(lab, host);
  const number = hostNumberOf(host);
  const plug = networks.flatMap((network) => {
    const end = port(slot, network, number);
    const cut = state.cutLinks.some((link) => link.host === host && link.link === network.link);
    return [
      `link add ${end} type veth peer name ${network.nic} address ${hostMac(slot, network, number)} netns ${directory}/netns`,
      `link set ${end} master ${bridge(slot, network)} ${cut ? 'down' : 'up'}`,
    ];
  });
  const nics = [
    'link set lo up',
    ...networks.flatMap((network) => [
      `address add ${hostAddress(slot, network, number)}/24 broadcast + dev ${network.nic}`,
      `link set ${network.nic} up`,
    ]),
    `link add ${guestBridge} type bridge`,
    `link set ${guestBridge} up`,
  ];
  const unplug = networks.map((network) => `link delete ${port(slot, network, number)}`);
  await writeFile(`${directory}/plug.batch`, `${plug.join('\n')}\n`);
  await writeFile(`${directory}/nics.batch`, `${nics.join('\n')}\n`);
  await writeFile(`${directory}/unplug.batch`, `${unplug.join('\n')}\n`);
}

/** Pulls or plugs one cable of a running host: inside, the interface loses or gains its carrier. */
export async function setCable(state: LabState, host: string, link: number, up: boolean): Promise<void> {
  const network = networks.find((candidate) => candidate.link === link);
  if (network === undefined) throw new RangeError(`There is no link ${link}.`);
  const end = port(state.slot, network, hostNumberOf(host));
  await must(inSwitch(state.name, ['ip', 'link', 'set', end, up ? 'up' : 'down']), { host });
}

/**
 * Separates the hosts of `state.partition` from all others on every network; with none, heals. This machine reaches
 * both sides all the time, as an admin's desk would. Ports are matched by name, so hosts may come and go.
 */
export async function applyPartition(state: LabState): Promise<void> {
  const lines = ['table bridge minime', 'delete table bridge minime'];
  if (state.partition.length > 0) {
    const numbers = Array.from({ length: maximumHosts }, (_, index) => index + 1);
    const ours = state.partition.map(hostNumberOf);
    const theirs = numbers.filter((number) => !ours.includes(number));
    const ports = (side: number[]): string =>
      networks
        .flatMap((network) => side.map((number) => `"${port(state.slot, network, number)}"`))
        .join(', ');
    lines.push(
      'table bridge minime {',
      '  chain forward {',
      '    type filter hook forward priority 0; policy accept;',
      `    iifname { ${ports(ours)} } oifname { ${ports(theirs)} } drop`,
      `    iifname { ${ports(theirs)} } oifname { ${ports(ours)} } drop`,
      '  }',
      '}',
    );
  }
  await must(inSwitch(state.name, ['nft', '-f', '-']), { stdin: `${lines.join('\n')}\n` });
}

export interface HostAddresses {
  management: string;
  /** Heartbeat link 1 and 2. */
  heartbeat: [string, string];
}

export function hostAddresses(slot: number, host: string): HostAddresses {
  const [management, first, second] = networks.map((network) =>
    hostAddress(slot, network, hostNumberOf(host)),
  );
  return { management: management ?? '', heartbeat: [first ?? '', second ?? ''] };
}

/** Of this machine, where the hosts reach it. */
export const managementAddress = (slot: number): string => outerAddress(slot, networks[0]);

/** The networks in CIDR notation, by link number. */
export const labNetworks = (slot: number): string[] =>
  networks.map((network) => `${networkPrefix(slot, network)}.0/24`);

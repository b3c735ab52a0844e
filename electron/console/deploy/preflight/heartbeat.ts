import { randomBytes } from 'node:crypto';
import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import { type Node, together } from '../context.ts';
import { heartbeatPorts } from '../corosync-conf/format.ts';
import { probeOf } from '../facts/probe.ts';
import { bad, doubtful, good } from './findings.ts';
import { firewallRemedy } from './firewall.ts';
import { UDP_PROBE_PERL, UDP_PROBE_PYTHON } from './udpProbe.ts';

/** Hosts begin at different moments, a busy one seconds later; each says hello for this long at most, less once it has heard all. */
const PROBE_S = 20;

/** What one host heard: by link, the peers' numbers; null for a link whose port is in use there. */
type Heard = Map<number, Set<number> | null>;

/** Real datagrams between all hosts on all links, on the ports Corosync will use: so firewalls are found out as well. */
export async function checkHeartbeat(
  spec: DeploymentSpec,
  nodes: readonly Node[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const links = Math.min(...spec.hosts.map((host) => host.linkAddresses.length));
  const ports = heartbeatPorts(spec.transport, links).map(([port]) => port ?? 0);
  const token = randomBytes(8).toString('hex');
  const heard = await together(
    signal,
    nodes.map((_, own) => (either) => listen({ spec, nodes, ports, token }, own, either)),
  );
  const findings: Finding[] = [];
  for (const [link, port] of ports.entries()) {
    const before = findings.length;
    for (const [to, receiver] of nodes.entries()) {
      for (const [from, sender] of nodes.entries()) {
        if (from === to) continue;
        const problem = await judge(
          { spec, link, port, sender, receiver },
          heard[from],
          heard[to],
          from,
          signal,
        );
        if (problem !== null) findings.push(problem);
      }
    }
    if (findings.length === before) {
      findings.push(
        good('heartbeat-link', `All hosts reach each other on heartbeat link ${link} (UDP ${port}).`, {
          subject: String(link),
        }),
      );
    }
  }
  return findings;
}

interface Path {
  spec: DeploymentSpec;
  link: number;
  port: number;
  sender: Node;
  receiver: Node;
}

/**
 * | sender's port | receiver's port | heard | verdict                                             |
 * |---------------|-----------------|-------|-----------------------------------------------------|
 * | free          | free            | yes   | fine                                                |
 * | free          | free            | no    | error: firewall if it answers a ping, else network  |
 * | in use        | any             | –     | by ping only: a heartbeat runs there already        |
 * | any           | in use          | –     | likewise                                            |
 */
async function judge(
  path: Path,
  sent: Heard | undefined,
  received: Heard | undefined,
  from: number,
  signal: AbortSignal,
): Promise<Finding | null> {
  const { spec, link, port, sender, receiver } = path;
  const mine = received?.get(link);
  const testable = mine !== null && sent?.get(link) !== null;
  if (testable && mine?.has(from) === true) return null;
  const source = addressOf(spec, sender.name, link);
  const target = addressOf(spec, receiver.name, link);
  const ping = await probeOf(sender.remote, signal).exec(
    'ping',
    '-c',
    '2',
    '-i',
    '0.3',
    '-W',
    '1',
    '-I',
    source,
    target,
  );
  const about = { host: receiver.name, subject: String(link) };
  if (!testable) {
    if (ping.code === 0) return null;
    return doubtful(
      'heartbeat-not-tested',
      `Link ${link} from ${sender.name} to ${receiver.name} was not tested.`,
      {
        ...about,
        cause: `UDP port ${port} is in use on one of them, and ${target} does not answer a ping.`,
        remedy: 'If this cluster runs already, its own state tells whether the link is up.',
      },
    );
  }
  if (ping.code === 0) {
    return bad(
      'heartbeat-blocked',
      `${receiver.name} gets nothing from ${sender.name} on heartbeat link ${link}.`,
      {
        ...about,
        cause: `${target} answers a ping, but UDP port ${port} does not get through: a firewall.`,
        remedy: await firewallRemedy(
          receiver,
          source,
          { protocol: 'udp', ports: heartbeatPorts(spec.transport, link + 1).flat() },
          signal,
        ),
      },
    );
  }
  return bad(
    'heartbeat-unreachable',
    `${sender.name} does not reach ${receiver.name} on heartbeat link ${link}.`,
    {
      ...about,
      cause: `Neither UDP port ${port} nor a ping gets from ${source} to ${target}.`,
      remedy: 'Check cables, VLAN and addresses of this network.',
    },
  );
}

async function listen(
  probe: { spec: DeploymentSpec; nodes: readonly Node[]; ports: readonly number[]; token: string },
  own: number,
  signal: AbortSignal,
): Promise<Heard> {
  const { spec, nodes, ports, token } = probe;
  const node = nodes[own];
  if (node === undefined) throw new RangeError('There is no such host.');
  const args = ports.flatMap((port, link) => [
    ...['bind', addressOf(spec, node.name, link), String(port), String(link)],
    ...nodes.flatMap((peer, number) =>
      number === own
        ? []
        : ['peer', String(number), addressOf(spec, peer.name, link), String(port), String(link)],
    ),
  ]);
  const hasPerl = (await probeOf(node.remote, signal).exec('perl', '-MIO::Socket::IP', '-e', '1')).code === 0;
  const answer = await node.remote.run(
    [...(hasPerl ? ['perl', '-'] : ['python3', '-']), String(PROBE_S), token, String(own), ...args],
    { signal, stdin: hasPerl ? UDP_PROBE_PERL : UDP_PROBE_PYTHON },
  );
  const heard: Heard = new Map(ports.map((_, link) => [link, new Set<number>()]));
  for (const line of answer.stdout.split('\n')) {
    const [word, first, second] = line.split(' ');
    if (word === 'busy') heard.set(Number(first), null);
    if (word === 'heard') heard.get(Number(second))?.add(Number(first));
  }
  return heard;
}

function addressOf(spec: DeploymentSpec, nodeName: string, link: number): string {
  return spec.hosts.find((host) => host.nodeName === nodeName)?.linkAddresses[link] ?? '';
}

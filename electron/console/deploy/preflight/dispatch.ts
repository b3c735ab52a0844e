import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import { type Node, together } from '../context.ts';
import { type Probe, probeOf } from '../facts/probe.ts';
import { DISPATCH_UNIT } from '../hostFiles.ts';
import { DISPATCH_PORT } from '../plan/dispatch.ts';
import { bad, doubtful, good } from './findings.ts';
import { firewallRemedy } from './firewall.ts';
import { TCP_PROBE_PERL, TCP_PROBE_PYTHON } from './tcpProbe.ts';

/** As long as the probe of the heartbeat: hosts begin at different moments. */
const PROBE_S = 20;

/** The port at which hosts ask each other must be free, or ours already. */
export async function checkDispatchPort(probe: Probe, host: string): Promise<Finding[]> {
  const listening = await probe.output(
    ...['ss', '--tcp', '--listening', '--numeric', '--processes', '--no-header'],
    `sport = :${DISPATCH_PORT}`,
  );
  const ours = (await probe.exec('systemctl', 'is-active', '--quiet', DISPATCH_UNIT)).code === 0;
  if (listening.trim() === '' || ours) {
    return [good('dispatch-port', `${host} has TCP port ${DISPATCH_PORT} for asking each other.`, { host })];
  }
  const program = /users:\(\("([^"]+)"/.exec(listening)?.[1] ?? 'Another program';
  return [
    bad('port-in-use', `TCP port ${DISPATCH_PORT} of ${host} is in use.`, {
      host,
      subject: String(DISPATCH_PORT),
      cause: `${program} listens there; hosts of a cluster ask each other at this port.`,
      remedy: 'Give that program another port.',
    }),
  ];
}

/**
 * Real connections between all hosts on all links, at the port where they will ask each other. One link is enough for
 * that, so a link where it fails is a warning as long as there is another. Links without any connection between two hosts
 * are the heartbeat's to report.
 */
export async function checkDispatch(
  spec: DeploymentSpec,
  nodes: readonly Node[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const links = [...Array(Math.min(...spec.hosts.map((host) => host.linkAddresses.length))).keys()];
  const reached = await together(
    signal,
    nodes.map((_, own) => (either) => reach(spec, nodes, links, own, either)),
  );
  const findings: Finding[] = [];
  for (const [from, sender] of nodes.entries()) {
    for (const [to, receiver] of nodes.entries()) {
      if (from === to) continue;
      const through = links.filter((link) => reached[from]?.has(`${to} ${link}`) === true);
      for (const link of links.filter((one) => !through.includes(one))) {
        const path = { source: addressOf(spec, sender, link), target: addressOf(spec, receiver, link) };
        const ping = ['ping', '-c', '2', '-i', '0.3', '-W', '1', '-I', path.source, path.target];
        if ((await probeOf(sender.remote, signal).exec(...ping)).code !== 0) continue;
        const tell = through.length > 0 ? doubtful : bad;
        findings.push(
          tell('dispatch-blocked', `${sender.name} cannot ask ${receiver.name} on link ${link}.`, {
            host: receiver.name,
            subject: String(link),
            cause: `${path.target} answers a ping, but TCP port ${DISPATCH_PORT} does not get through: a firewall.`,
            remedy: await firewallRemedy(
              receiver,
              path.source,
              { protocol: 'tcp', ports: [DISPATCH_PORT] },
              signal,
            ),
          }),
        );
      }
    }
  }
  return findings.length > 0
    ? findings
    : [good('dispatch', `All hosts reach each other at TCP port ${DISPATCH_PORT}.`)];
}

/** `NUMBER LINK` of every peer's address that was reached from one host. */
async function reach(
  spec: DeploymentSpec,
  nodes: readonly Node[],
  links: readonly number[],
  own: number,
  signal: AbortSignal,
): Promise<Set<string>> {
  const node = nodes[own];
  if (node === undefined) throw new RangeError('There is no such host.');
  const args = links.flatMap((link) => {
    const source = addressOf(spec, node, link);
    const peers = nodes.flatMap((peer, number) =>
      number === own ? [] : ['peer', String(number), String(link), addressOf(spec, peer, link), source],
    );
    return ['bind', source, ...peers];
  });
  const hasPerl = (await probeOf(node.remote, signal).exec('perl', '-MIO::Socket::IP', '-e', '1')).code === 0;
  const answer = await node.remote.run(
    [...(hasPerl ? ['perl', '-'] : ['python3', '-']), String(PROBE_S), String(DISPATCH_PORT), ...args],
    { signal, stdin: hasPerl ? TCP_PROBE_PERL : TCP_PROBE_PYTHON },
  );
  return new Set(answer.stdout.split('\n').flatMap((line) => /^reached (\d+ \d+)$/.exec(line)?.[1] ?? []));
}

function addressOf(spec: DeploymentSpec, node: Node, link: number): string {
  return spec.hosts.find((host) => host.nodeName === node.name)?.linkAddresses[link] ?? '';
}

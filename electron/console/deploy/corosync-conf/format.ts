import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';

export interface ConfNode {
  name: string;
  nodeId: number;
  linkAddresses: readonly string[];
}

/** knet uses one UDP port per link from here on (corosync.conf(5)). */
export const FIRST_KNET_PORT = 5405;

/**
 * corosync.conf of a cluster, the same on all hosts but for UDP, where each binds to its own network (`own`).
 *
 * - Two hosts: `two_node`, which brings `wait_for_all`: after a power cut neither starts alone, since it could not know
 *   whether the other runs the VMs. More hosts: the majority may start without the rest, it fences them first.
 * - Only knet encrypts and only knet has more than one link.
 */
export function formatCorosyncConf(
  spec: Pick<DeploymentSpec, 'clusterName' | 'transport' | 'tokenMs'>,
  nodes: readonly ConfNode[],
  own: ConfNode,
): string {
  return [
    '# Written by Minime. Changes made here are found by "Verify" and undone by the next deployment.',
    section('totem', [
      'version: 2',
      `cluster_name: ${spec.clusterName}`,
      ...transportLines(spec, own),
      `token: ${spec.tokenMs}`,
    ]),
    section('quorum', [
      'provider: corosync_votequorum',
      ...(nodes.length === 2 ? ['two_node: 1', 'wait_for_all: 1'] : []),
    ]),
    section(
      'nodelist',
      nodes.map((node) =>
        section('node', [
          `name: ${node.name}`,
          `nodeid: ${node.nodeId}`,
          ...node.linkAddresses.map((address, link) => `ring${link}_addr: ${address}`),
        ]),
      ),
    ),
    section('logging', ['to_syslog: yes', 'to_stderr: no', 'to_logfile: no', 'timestamp: on']),
    '',
  ].join('\n');
}

/** UDP ports that hosts must be able to send to each other on, per link. */
export function heartbeatPorts(transport: DeploymentSpec['transport'], links: number): number[][] {
  if (transport.kind === 'knet') return Array.from({ length: links }, (_, link) => [FIRST_KNET_PORT + link]);
  // Corosync receives on the port and sends from the one below it.
  return [[transport.port, transport.port - 1]];
}

function transportLines(spec: Pick<DeploymentSpec, 'transport'>, own: ConfNode): string[] {
  const { transport } = spec;
  if (transport.kind === 'knet') {
    return [
      'transport: knet',
      'crypto_cipher: aes256',
      'crypto_hash: sha256',
      'keyfile: /etc/corosync/authkey',
    ];
  }
  return [
    'transport: udp',
    section('interface', [
      'linknumber: 0',
      `bindnetaddr: ${own.linkAddresses[0] ?? ''}`,
      ...(transport.kind === 'udp-multicast' ? [`mcastaddr: ${transport.address}`] : ['broadcast: yes']),
      `mcastport: ${transport.port}`,
    ]),
  ];
}

function section(name: string, lines: readonly string[]): string {
  const body = lines.flatMap((line) => line.split('\n')).map((line) => `\t${line}`);
  return [`${name} {`, ...body, '}'].join('\n');
}

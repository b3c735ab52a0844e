import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import { MinimeError } from '../../../../src/contract/errors.ts';
import { specOf } from '../testing/specs.ts';
import { formatCorosyncConf, heartbeatPorts } from './format.ts';
import { isPackageDefault, parseCorosyncConf } from './parse.ts';

function conf(spec: DeploymentSpec): string {
  const nodes = spec.hosts.map((host, index) => ({
    name: host.nodeName,
    nodeId: index + 1,
    linkAddresses: host.linkAddresses,
  }));
  const [own] = nodes;
  if (own === undefined) throw new Error('a cluster has hosts');
  return formatCorosyncConf(spec, nodes, own);
}

const oneLink = (spec: DeploymentSpec): DeploymentSpec => ({
  ...spec,
  hosts: spec.hosts.map((host) => ({ ...host, linkAddresses: host.linkAddresses.slice(0, 1) })),
});

describe('corosync.conf', () => {
  it.each([
    ['two-hosts', specOf(2)],
    ['three-hosts', specOf(3)],
    [
      'multicast',
      oneLink(specOf(3, { transport: { kind: 'udp-multicast', address: '239.192.1.1', port: 5405 } })),
    ],
    ['broadcast', oneLink(specOf(2, { transport: { kind: 'udp-broadcast', port: 5600 } }))],
  ])('is as reviewed for %s', async (name, spec) => {
    await expect(conf(spec)).toMatchFileSnapshot(`../testing/golden/corosync-${name}.conf`);
  });

  it('has one key per line, and braces only at the end of a line or alone', () => {
    for (const line of conf(specOf(3)).split('\n')) {
      expect(line).toMatch(/^(#.*|\s*([a-z0-9_]+: \S.*|[a-z]+ \{|\})|)$/);
    }
  });

  it('is read as what was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 32 }), fc.integer({ min: 1, max: 8 }), (hosts, links) => {
        const spec = specOf(hosts);
        spec.hosts.forEach((host, number) => {
          host.linkAddresses = Array.from({ length: links }, (_, link) => `10.${link}.0.${number + 1}`);
        });
        const read = parseCorosyncConf(conf(spec));
        expect(read.clusterName).toBe('office');
        expect(read.nodes.map((node) => [node.name, Object.values(node.addresses)])).toEqual(
          spec.hosts.map((host) => [host.nodeName, host.linkAddresses]),
        );
      }),
    );
  });

  it.each([
    ['totem {\n  version: 2\n', /Line 3: a section is not closed/],
    ['totem {\n}\n}\n', /Line 3: a closing brace/],
    ['totem {\n  version 2\n}\n', /Line 2: "version 2"/],
    ['nodelist {\n}\n', /no totem section/],
    ['\u0000\u0001garbage', /Line 1/],
  ])('names what cannot be read in %j', (text, cause) => {
    let thrown: unknown;
    try {
      parseCorosyncConf(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MinimeError);
    expect((thrown as MinimeError).info.cause).toMatch(cause);
  });

  it("takes the package's example for no cluster, and any real address for one", () => {
    const example =
      'totem {\n version: 2\n cluster_name: debian\n}\nnodelist {\n node {\n name: node1\n ring0_addr: 127.0.0.1\n }\n}\n';
    expect(isPackageDefault(parseCorosyncConf(example))).toBe(true);
    expect(isPackageDefault(parseCorosyncConf(example.replace('127.0.0.1', '10.0.0.1')))).toBe(false);
  });

  it('needs one UDP port per knet link, and two in all with multicast', () => {
    expect(heartbeatPorts({ kind: 'knet' }, 3)).toEqual([[5405], [5406], [5407]]);
    expect(heartbeatPorts({ kind: 'udp-broadcast', port: 5600 }, 1)).toEqual([[5600, 5599]]);
  });
});

import { XMLBuilder } from 'fast-xml-parser';
import { MinimeError } from '../../contract/errors.ts';
import { type VirtualIpSpec, virtualIpIdPrefix, virtualIpNameSchema } from '../../contract/virtualIp.ts';
import type { Runner } from '../ports/runner.ts';
import { toolFailed } from '../runner/childRunner.ts';
import { attribute, child, children, type XmlNode } from '../xml.ts';

/** Service addresses as resources of Pacemaker, each with at most one location constraint: its preferred host. */

export const virtualIpAgent = 'ocf:heartbeat:IPaddr2';

/** More than the stickiness of a running resource, so that a preferred host that is back gets it back. */
const preferredScore = '1000';
/** An address that nobody prefers stays where it is when a host comes back. */
const stickiness = '100';

/** cibadmin's exit codes, from Pacemaker's crm/common/results.h. */
const exists = 108;
const noSuchObject = 105;
const timeoutMs = 20_000;

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: true,
});

const idOf = (name: string): string => `${virtualIpIdPrefix}${virtualIpNameSchema.parse(name)}`;
const constraintIdOf = (name: string): string => `${idOf(name)}-preferred`;

/** Undefined for a resource that is none of ours. */
export function nameOfVirtualIp(id: string): string | undefined {
  if (!id.startsWith(virtualIpIdPrefix)) return undefined;
  return virtualIpNameSchema.safeParse(id.slice(virtualIpIdPrefix.length)).data;
}

export class VirtualIps {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  async add(spec: VirtualIpSpec): Promise<void> {
    // Where it is to live comes first: it must not come up elsewhere and move at once.
    const { preferredHost } = spec;
    const argv = ['cibadmin', '--create', '--scope', 'resources', '--xml-pipe'];
    const result = await this.#runner.run(argv, { timeoutMs, input: primitiveXml(spec, 'Stopped') });
    if (result.code === exists) {
      throw new MinimeError({
        kind: 'conflict',
        message: `There is a virtual IP of the name ${spec.name} already.`,
        remedy: 'Choose another name.',
      });
    }
    if (result.code !== 0) throw toolFailed(argv, result);
    try {
      if (preferredHost !== undefined) await this.#prefer(spec.name, preferredHost);
      await this.#modify('resources', primitiveXml(spec, 'Started'));
    } catch (error) {
      await this.remove(spec.name).catch(() => undefined);
      throw error;
    }
  }

  async move(name: string, host: string): Promise<void> {
    await this.#mustBeThere(name);
    await this.#prefer(name, host);
  }

  async remove(name: string): Promise<void> {
    await this.#mustBeThere(name);
    await this.#delete(`//rsc_location[@id='${constraintIdOf(name)}']`);
    // Pacemaker stops what runs without being configured.
    await this.#delete(`//primitive[@id='${idOf(name)}']`);
  }

  async #mustBeThere(name: string): Promise<void> {
    const argv = ['cibadmin', '--query', '--xpath', `//primitive[@id='${idOf(name)}']`];
    const result = await this.#runner.run(argv, { timeoutMs });
    if (result.code === noSuchObject) {
      throw new MinimeError({ kind: 'not-found', message: `There is no virtual IP of the name ${name}.` });
    }
    if (result.code !== 0) throw toolFailed(argv, result);
  }

  async #prefer(name: string, host: string): Promise<void> {
    await this.#modify('constraints', constraintXml(name, host));
  }

  async #modify(scope: string, input: string): Promise<void> {
    const argv = ['cibadmin', '--modify', '--allow-create', '--scope', scope, '--xml-pipe'];
    await this.#runner.must(argv, { timeoutMs, input });
  }

  async #delete(path: string): Promise<void> {
    const argv = ['cibadmin', '--delete', '--xpath', path];
    const result = await this.#runner.run(argv, { timeoutMs });
    if (result.code !== 0 && result.code !== noSuchObject) throw toolFailed(argv, result);
  }
}

export function primitiveXml(
  { name, address, prefixLength, networkCard }: VirtualIpSpec,
  role: 'Started' | 'Stopped',
): string {
  const id = idOf(name);
  const pairs = (set: string, values: Record<string, string>): unknown => ({
    '@id': `${id}-${set}`,
    nvpair: Object.entries(values).map(([key, value]) => ({
      '@id': `${id}-${set}-${key}`,
      '@name': key,
      '@value': value,
    })),
  });
  const operation = (action: string, interval: string, timeout: string): unknown => ({
    '@id': `${id}-${action}`,
    '@name': action,
    '@interval': interval,
    '@timeout': timeout,
  });
  return builder.build({
    primitive: {
      '@id': id,
      '@class': 'ocf',
      '@provider': 'heartbeat',
      '@type': 'IPaddr2',
      instance_attributes: pairs('instance_attributes', {
        ip: address,
        cidr_netmask: String(prefixLength),
        ...(networkCard === undefined ? {} : { nic: networkCard }),
      }),
      meta_attributes: pairs('meta_attributes', {
        'failure-timeout': '120s',
        'migration-threshold': '3',
        'resource-stickiness': stickiness,
        'target-role': role,
      }),
      operations: {
        op: [
          operation('monitor', '10s', '20s'),
          operation('start', '0s', '20s'),
          operation('stop', '0s', '20s'),
        ],
      },
    },
  });
}

export function constraintXml(name: string, host: string): string {
  return builder.build({
    rsc_location: {
      '@id': constraintIdOf(name),
      '@rsc': idOf(name),
      '@node': host,
      '@score': preferredScore,
    },
  });
}

/** Those in a `<configuration>` of Pacemaker, by name. What does not look like one that was made here is left out. */
export function virtualIpsIn(configuration: XmlNode): VirtualIpSpec[] {
  const constraints = children(child(configuration, 'constraints'), 'rsc_location');
  const found = children(child(configuration, 'resources'), 'primitive').flatMap(
    (primitive): VirtualIpSpec[] => {
      const name = nameOfVirtualIp(attribute(primitive, 'id'));
      if (name === undefined || attribute(primitive, 'type') !== 'IPaddr2') return [];
      const values = new Map(
        children(primitive, 'instance_attributes')
          .flatMap((set) => children(set, 'nvpair'))
          .map((pair) => [attribute(pair, 'name'), attribute(pair, 'value')]),
      );
      const address = values.get('ip');
      if (address === undefined) return [];
      const networkCard = values.get('nic');
      const preferred = constraints.find((each) => attribute(each, 'id') === constraintIdOf(name));
      return [
        {
          name,
          address,
          prefixLength: Number(values.get('cidr_netmask') ?? 32),
          ...(networkCard === undefined ? {} : { networkCard }),
          ...(preferred === undefined ? {} : { preferredHost: attribute(preferred, 'node') }),
        },
      ];
    },
  );
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

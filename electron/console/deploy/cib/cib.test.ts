import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeploymentSpec } from '../../../../src/contract/deployment.ts';
import { specOf } from '../testing/specs.ts';
import {
  elementsOfNode,
  staleFenceParameters,
  stonithTimeoutS,
  virtualIpsPreferring,
  wantedConfiguration,
  wholeCib,
} from './cib.ts';
import { hasElement, holds } from './compare.ts';
import { masked } from './shown.ts';
import { element, findAll, parseXml, toXml, type XmlElement } from './xml.ts';

const timing = { watchdogS: 5, msgwaitS: 10 };
const nasty = `p<a>&"ss'wörd`;
const withAgent = specOf(3, {
  fencing: {
    method: 'agent',
    agent: 'fence_ipmilan',
    shared: { username: 'admin', lanplus: '1' },
    perHost: {
      n1: { ip: '10.9.0.1', password: nasty },
      n2: { ip: '10.9.0.2', password: nasty },
      n3: { ip: '10.9.0.3' },
    },
  },
});
const withWatchdog = specOf(3, {
  fencing: { method: 'sbd-watchdog', watchdog: { device: '/dev/watchdog' } },
});

function live(spec: DeploymentSpec): XmlElement {
  return parseXml(toXml(wholeCib(wantedConfiguration(spec, timing))));
}

describe('the CIB', () => {
  it.each([
    ['poison-pill-2', specOf(2)],
    ['poison-pill-3', specOf(3)],
    ['watchdog', withWatchdog],
    ['agent', withAgent],
  ])('is as reviewed for %s', async (name, spec) => {
    const xml = toXml(masked(wantedConfiguration(spec, timing), new Set(['password'])));
    await expect(xml).toMatchFileSnapshot(`../testing/golden/cib-${name}.xml`);
  });

  it('gives every element an id of its own', () => {
    for (const spec of [specOf(2), specOf(5), withAgent, withWatchdog]) {
      const ids = findAll(wantedConfiguration(spec, timing), (one) => 'id' in one.attributes).map(
        (one) => one.attributes['id'],
      );
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('never fences because a quorum disk cannot be stopped', () => {
    const stops = findAll(
      wantedConfiguration(specOf(3), timing),
      (one) => one.tag === 'op' && one.attributes['name'] === 'stop',
    );
    expect(stops).toHaveLength(6);
    for (const stop of stops) expect(stop.attributes['on-fail']).toBe('block');
  });

  it('lets every group fall back to the hosts in one order, never away from home', () => {
    const nodes = specOf(32).hosts.map((host) => host.nodeName);
    const wanted = wantedConfiguration(specOf(32), timing);
    const score = (group: string, node: string): number =>
      findAll(wanted, (one) => one.tag === 'rsc_location')
        .filter(({ attributes }) => attributes['node'] === node)
        .filter(({ attributes }) =>
          attributes['rsc-pattern'] === undefined
            ? attributes['rsc'] === group
            : new RegExp(attributes['rsc-pattern']).test(group),
        )
        .reduce((sum, { attributes }) => sum + Number(attributes['score']), 0);
    const stickiness = Number(
      findAll(wanted, (one) => one.attributes['name'] === 'resource-stickiness')[0]?.attributes['value'],
    );
    for (const home of nodes) {
      const others = nodes.filter((node) => node !== home);
      const scores = others.map((node) => score(`vmcl-${home}`, node));
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      expect(new Set(scores).size).toBe(scores.length);
      const [best = 0, worst = 0] = [scores[0], scores.at(-1)];
      expect(worst + 2 * stickiness).toBeGreaterThan(best);
      expect(score(`vmcl-${home}`, home)).toBeGreaterThan(best + 2 * stickiness);
    }
  });

  it('waits longer for a fencing than the poison pill takes', () => {
    for (const msgwaitS of [10, 30, 120]) {
      expect(stonithTimeoutS(specOf(3), { watchdogS: msgwaitS / 2, msgwaitS })).toBeGreaterThan(msgwaitS);
    }
  });

  it('keeps any parameter value through XML', () => {
    fc.assert(
      fc.property(
        fc.string().filter((value) => /^[\x20-\uD7FF]*$/.test(value)),
        (value) => {
          const there = parseXml(toXml(element('nvpair', { id: 'a', value })));
          expect(there.attributes['value']).toBe(value);
        },
      ),
    );
  });

  it('shows no password', () => {
    const shown = toXml(masked(wantedConfiguration(withAgent, timing), new Set(['password'])));
    expect(shown).not.toContain('ss&apos;w');
    expect(shown).not.toContain('wörd');
    expect(toXml(wantedConfiguration(withAgent, timing))).toContain('wörd');
  });
});

describe('comparing with the live CIB', () => {
  it('finds what was given to it, whatever else is there', () => {
    const there = live(specOf(3));
    there.children.push(
      element('status', {}, [element('lrm_resource', { id: 'quorum-disk-n1', type: 'x' })]),
    );
    there.children[0]?.children[0]?.children[0]?.children.push(
      element('nvpair', { id: 'else', name: 'a', value: 'b' }),
    );
    const documents = element('cluster_property_set', { id: 'minime-documents' }, [
      element('nvpair', { id: 'minime-documents-policy-1', name: 'policy-1', value: '{}' }),
    ]);
    there.children[0]?.children[0]?.children.push(documents);
    expect(holds(there, wantedConfiguration(specOf(3), timing))).toBe(true);
  });

  it('names nothing that the host program keeps there, so that writing it leaves documents as they are', () => {
    const wanted = wantedConfiguration(specOf(3), timing);
    expect(findAll(wanted, (one) => one.attributes['id']?.startsWith('minime-documents') === true)).toEqual(
      [],
    );
  });

  it('sees every kind of difference', () => {
    const wanted = wantedConfiguration(specOf(3), timing);
    expect(holds(live(specOf(2)), wanted)).toBe(false);
    expect(holds(live(withWatchdog), wanted)).toBe(false);
    const all = findAll(wanted, (one) => 'id' in one.attributes);
    const original = live(specOf(3));
    for (const [index, { attributes }] of all.entries()) {
      for (const name of Object.keys(attributes)) {
        const there = structuredClone(original);
        const changed = findAll(there, (one) => 'id' in one.attributes)[index];
        if (changed === undefined) throw new Error('both have the same elements');
        changed.attributes[name] = 'changed';
        expect(holds(there, wanted)).toBe(false);
      }
    }
  });

  it('finds what belongs to a host that leaves', () => {
    const there = live(withAgent);
    for (const one of elementsOfNode('n3')) {
      expect(hasElement(there, one)).toBe(true);
      expect(hasElement(live(specOf(2)), one)).toBe(false);
    }
  });

  it('finds the virtual IPs that prefer a host', () => {
    const prefers = (id: string, node: string) => element('rsc_location', { id, node });
    const mine = prefers('virtual-ip-mail-preferred', 'n3');
    const constraints = [
      mine,
      prefers('virtual-ip-web-preferred', 'n2'),
      prefers('vmcl-n3-home', 'n3'),
      element('rsc_colocation', { id: 'virtual-ip-x', node: 'n3' }),
    ];
    expect(virtualIpsPreferring(element('cib', {}, [element('constraints', {}, constraints)]), 'n3')).toEqual(
      [mine],
    );
  });

  it('withdraws parameters of fence resources that are wanted no more, and nothing of the admin', () => {
    const { fencing } = withAgent;
    if (fencing.method !== 'agent') throw new RangeError('not an agent');
    const before = live({
      ...specOf(2),
      fencing: { ...fencing, shared: { ...fencing.shared, cipher: '3' } },
    });
    const resources = findAll(before, ({ tag }) => tag === 'resources')[0];
    const parameter = (owner: string, name: string) =>
      element('nvpair', { id: `${owner}-instance_attributes-${name}`, name, value: '7' });
    const own = element('instance_attributes', { id: 'fence-rack-instance_attributes' }, [
      parameter('fence-rack', 'cipher'),
    ]);
    resources?.children.push(
      element('primitive', { id: 'fence-rack', class: 'stonith', type: 'fence_apc' }, [own]),
    );
    const first = findAll(before, ({ attributes }) => attributes['id'] === 'fence-n1-instance_attributes')[0];
    first?.children.push(parameter('fence-n1', 'pcmk_reboot_timeout'));
    const stale = staleFenceParameters(before, wantedConfiguration(withAgent, timing));
    expect(stale.map(({ tag, attributes }) => `${tag} ${attributes['id']}`)).toEqual([
      'nvpair fence-n1-instance_attributes-cipher',
      'nvpair fence-n1-instance_attributes-pcmk_delay_base',
      'nvpair fence-n2-instance_attributes-cipher',
    ]);
    expect(staleFenceParameters(live(withAgent), wantedConfiguration(withAgent, timing))).toEqual([]);
  });

  it('withdraws the delay of a cluster of two that has grown', () => {
    const stale = staleFenceParameters(live(specOf(2)), wantedConfiguration(specOf(3), timing));
    expect(stale.map(({ attributes }) => attributes['id'])).toEqual([
      'fence-sbd-instance_attributes-pcmk_delay_base',
    ]);
  });
});

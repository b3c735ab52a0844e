import { virtualIpIdPrefix } from '../../../../src/contract/virtualIp.ts';
import {
  elementsOfNode,
  QUICK_ELECTION,
  staleFenceParameters,
  verifiableCib,
  virtualIpsPreferring,
  wantedConfiguration,
} from '../cib/cib.ts';
import { hasElement, holds } from '../cib/compare.ts';
import { masked } from '../cib/shown.ts';
import { toXml, type XmlElement } from '../cib/xml.ts';
import type { Node } from '../context.ts';
import type { Probe } from '../facts/probe.ts';
import type { Design } from './design.ts';
import { liveCib } from './inspection.ts';
import { settledStep } from './settled.ts';
import { commandStep, fileStep, type Step } from './step.ts';

/** The part of the CIB that deployment answers for, kept on the host that last wrote it. */
export const CIB_FILE = '/var/lib/minime/cluster.xml';

export function configurationSteps(plan: Design): Step[] {
  const { leader, spec } = plan;
  const wanted = wantedConfiguration(spec, plan.timing);
  const names = spec.hosts.map((host) => host.nodeName);
  const isLive = async (probe: Probe) => {
    const live = await liveCib(probe);
    return live !== null && holds(live, wanted);
  };
  return [
    fileStep(leader, 'configuration', 'Write the resources of the cluster', {
      path: CIB_FILE,
      mode: '0600',
      bytes: Buffer.from(toXml(wanted)),
      shown: toXml(masked(wanted, plan.secretParameters)),
    }),
    commandStep(leader, 'configuration', 'verify', 'Have Pacemaker check them', {
      argv: ['crm_verify', '--xml-pipe'],
      stdin: toXml(verifiableCib(spec, plan.timing)),
      done: isLive,
      verify: false,
    }),
    commandStep(leader, 'configuration', 'cib', 'Give them to Pacemaker', {
      argv: ['cibadmin', '--modify', '--allow-create', '--scope', 'configuration', '--xml-file', CIB_FILE],
      done: isLive,
    }),
    ...staleSteps(plan, wanted),
    settledStep(leader, names),
  ];
}

/** Modifying adds and changes only: what the first start, a cluster of another size or other parameters needed has to be deleted. */
function staleSteps({ leader, hosts }: Design, wanted: XmlElement): Step[] {
  const live = hosts.find(({ cib }) => cib !== null)?.cib ?? null;
  const stale = live === null ? [] : staleFenceParameters(live, wanted);
  return [QUICK_ELECTION, ...stale].map((one) => deletion(leader, one));
}

/** Takes what belongs to a host that is no longer wanted out of the live CIB. */
export function withdrawalSteps(leader: Node, gone: string): Step[] {
  return [...elementsOfNode(gone).map((one) => deletion(leader, one)), preferencesStep(leader, gone)];
}

/** Virtual IPs themselves stay, and go to whichever host is left. */
function preferencesStep(leader: Node, gone: string): Step {
  return commandStep(leader, 'configuration', 'withdraw-preferences', `Have no virtual IP prefer ${gone}`, {
    argv: [
      ...['cibadmin', '--delete-all', '--force', '--xpath'],
      `//rsc_location[starts-with(@id,'${virtualIpIdPrefix}')][@node='${gone}']`,
    ],
    done: async (probe) => {
      const live = await liveCib(probe);
      return live !== null && virtualIpsPreferring(live, gone).length === 0;
    },
  });
}

function deletion(leader: Node, one: XmlElement): Step {
  const id = one.attributes['id'] ?? one.tag;
  return commandStep(leader, 'configuration', `withdraw-${id}`, `Withdraw ${id}`, {
    argv: ['cibadmin', '--delete', '--force', '--xml-text', toXml(one).trim()],
    done: async (probe) => {
      const live = await liveCib(probe);
      return live !== null && !hasElement(live, one);
    },
  });
}

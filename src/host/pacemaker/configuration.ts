import type { VirtualIpSpec } from '../../contract/virtualIp.ts';
import { attribute, child, children, parseXml, type XmlNode } from '../xml.ts';
import { documentsIn } from './documents.ts';
import { fenceDevicesIn } from './fenceDevices.ts';
import { virtualIpsIn } from './virtualIps.ts';

/** What the cluster is told to do, as far as it is of interest here. */
export interface Configuration {
  /** Of the cluster, by name; not Minime's documents. */
  properties: ReadonlyMap<string, string>;
  virtualIps: readonly VirtualIpSpec[];
  /** Names of the fence resources. */
  fenceDevices: readonly string[];
  /** Minime's own, by name. */
  documents: ReadonlyMap<string, string>;
}

/** `cibadmin --query --scope configuration`. */
export function parseConfiguration(xml: string): Configuration {
  const configuration = parseXml(xml, 'configuration');
  return {
    properties: propertiesIn(configuration),
    virtualIps: virtualIpsIn(configuration),
    fenceDevices: fenceDevicesIn(configuration),
    documents: documentsIn(configuration),
  };
}

function propertiesIn(configuration: XmlNode): Map<string, string> {
  const sets = children(child(configuration, 'crm_config'), 'cluster_property_set');
  return new Map(
    sets
      .filter((set) => !attribute(set, 'id').startsWith('minime-'))
      .flatMap((set) => children(set, 'nvpair'))
      .map((pair) => [attribute(pair, 'name'), attribute(pair, 'value')]),
  );
}

/** Seconds of "90", "90s", "1500ms", "2min", "1h"; undefined for what is none. Pacemaker takes a number for seconds. */
export function secondsOf(text: string | undefined): number | undefined {
  const [, number, unit = ''] = /^\s*([+-]?\d+)\s*([a-z]*)\s*$/i.exec(text ?? '') ?? [];
  if (number === undefined) return undefined;
  const factor = units[unit.toLowerCase()];
  return factor === undefined ? undefined : Number(number) * factor;
}

const units: Record<string, number> = {
  '': 1,
  s: 1,
  sec: 1,
  ms: 1e-3,
  msec: 1e-3,
  us: 1e-6,
  usec: 1e-6,
  m: 60,
  min: 60,
  h: 3600,
  hr: 3600,
};

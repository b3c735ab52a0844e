import { MinimeError } from '../../../../src/contract/errors.ts';

/** A section of corosync.conf: keys and sections may repeat, so both are kept in order. */
export interface ConfSection {
  keys: { name: string; value: string }[];
  sections: { name: string; section: ConfSection }[];
}

export interface CorosyncNode {
  nodeId: number;
  name: string;
  /** By link number. */
  addresses: Record<number, string>;
}

/** What of a corosync.conf matters here. */
export interface CorosyncConf {
  clusterName: string | undefined;
  transport: string;
  nodes: CorosyncNode[];
}

/**
 * Reads the grammar of corosync's own parser: `name {`, `}`, `key: value`, `#` comments, one per line.
 * Throws `invalid-input` naming the line that cannot be read.
 */
export function parseConfSections(text: string): ConfSection {
  const root: ConfSection = { keys: [], sections: [] };
  const open: ConfSection[] = [root];
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const current = open.at(-1) ?? root;
    const begin = /^([A-Za-z0-9_.-]+)\s*\{$/.exec(line);
    const pair = /^([A-Za-z0-9_.-]+)\s*:\s*(.*)$/.exec(line);
    if (begin?.[1] !== undefined) {
      const section: ConfSection = { keys: [], sections: [] };
      current.sections.push({ name: begin[1], section });
      open.push(section);
    } else if (line === '}') {
      if (open.length === 1) throw unparsable(index + 1, 'a closing brace without an opening one');
      open.pop();
    } else if (pair?.[1] !== undefined) {
      current.keys.push({ name: pair[1], value: pair[2] ?? '' });
    } else {
      throw unparsable(index + 1, `"${line.slice(0, 60)}" is neither a section nor "key: value"`);
    }
  });
  if (open.length > 1) throw unparsable(text.split('\n').length, 'a section is not closed');
  return root;
}

/** Throws `invalid-input` if it cannot be understood. */
export function parseCorosyncConf(text: string): CorosyncConf {
  const root = parseConfSections(text);
  const totem = sectionsNamed(root, 'totem')[0];
  if (totem === undefined) throw unparsable(1, 'there is no totem section');
  const nodes = sectionsNamed(root, 'nodelist').flatMap((list) => sectionsNamed(list, 'node'));
  return {
    clusterName: valueOf(totem, 'cluster_name'),
    transport: valueOf(totem, 'transport') ?? 'knet',
    nodes: nodes.map(readNode),
  };
}

/** True for the example that distributions install: only loopback addresses, so no cluster of anybody. */
export function isPackageDefault(conf: CorosyncConf): boolean {
  const addresses = conf.nodes.flatMap((node) => Object.values(node.addresses));
  return addresses.every((address) => address.startsWith('127.') || address === '::1');
}

function readNode(section: ConfSection): CorosyncNode {
  const addresses: Record<number, string> = {};
  for (const { name, value } of section.keys) {
    const link = /^ring([0-7])_addr$/.exec(name)?.[1];
    if (link !== undefined) addresses[Number(link)] = value;
  }
  return {
    nodeId: Number(valueOf(section, 'nodeid') ?? 0),
    name: valueOf(section, 'name') ?? addresses[0] ?? '',
    addresses,
  };
}

function sectionsNamed(parent: ConfSection, name: string): ConfSection[] {
  return parent.sections.filter((one) => one.name === name).map((one) => one.section);
}

function valueOf(section: ConfSection, name: string): string | undefined {
  // Corosync lets the last of equal keys win.
  return section.keys.findLast((key) => key.name === name)?.value;
}

function unparsable(line: number, what: string): MinimeError {
  return new MinimeError({
    kind: 'invalid-input',
    message: 'corosync.conf cannot be read.',
    cause: `Line ${line}: ${what}.`,
    remedy: 'Find out what this host was set up for. If nothing needs it, move the file away.',
  });
}

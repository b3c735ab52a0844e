/** A node of the nodelist, addresses by link number. */
export interface ConfiguredNode {
  name?: string;
  nodeId?: number;
  addresses: Map<number, string>;
}

export interface CorosyncConf {
  clusterName?: string;
  transport: 'knet' | 'udp' | 'udpu';
  nodes: ConfiguredNode[];
}

export class CorosyncConfError extends Error {
  readonly line: number;

  constructor(line: number, problem: string) {
    super(`Line ${line}: ${problem}`);
    this.line = line;
  }
}

/**
 * Reads corosync.conf(5): `section {`, `key: value` and `}`, each on a line of its own; `#` begins a comment line.
 * Throws `CorosyncConfError` where Corosync itself would refuse the file.
 */
export function parseCorosyncConf(text: string): CorosyncConf {
  const conf: CorosyncConf = { transport: 'knet', nodes: [] };
  const path: string[] = [];
  const lines = text.split('\n');
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.endsWith('{')) {
      path.push(line.slice(0, -1).trim());
      if (path.join('.') === 'nodelist.node') conf.nodes.push({ addresses: new Map() });
      continue;
    }
    if (line === '}') {
      if (path.pop() === undefined)
        throw new CorosyncConfError(index + 1, 'a closing brace without a section.');
      continue;
    }
    const [, key, value] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      throw new CorosyncConfError(
        index + 1,
        `"${line.slice(0, 60)}" is neither a section nor a "key: value".`,
      );
    }
    set(conf, path.join('.'), key, value, index + 1);
  }
  if (path.length > 0)
    throw new CorosyncConfError(lines.length, `the section ${path.at(-1) ?? ''} is not closed.`);
  return conf;
}

function set(conf: CorosyncConf, section: string, key: string, value: string, line: number): void {
  if (section === 'totem' && key === 'cluster_name') conf.clusterName = value;
  if (section === 'totem' && key === 'transport') {
    if (value !== 'knet' && value !== 'udp' && value !== 'udpu') {
      throw new CorosyncConfError(line, `the transport "${value}" is not known.`);
    }
    conf.transport = value;
  }
  const node = conf.nodes.at(-1);
  if (section !== 'nodelist.node' || node === undefined) return;
  const link = /^ring([0-7])_addr$/.exec(key)?.[1];
  if (link !== undefined) node.addresses.set(Number(link), value);
  if (key === 'name') node.name = value;
  if (key !== 'nodeid') return;
  if (!/^[1-9]\d*$/.test(value)) throw new CorosyncConfError(line, `the node id "${value}" is not a number.`);
  node.nodeId = Number(value);
}

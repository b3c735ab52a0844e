/** `corosync-cmapctl` prints: key (type) = value */
export function parseCmap(output: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, key, value] = /^(\S+) \(\w+\) = (.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value);
  }
  return values;
}

export interface RuntimeNode {
  nodeId: number;
  name: string;
  joined: boolean;
  addresses: Map<number, string>;
}

/** The nodes that the running Corosync knows, in the order of its nodelist. */
export function runtimeNodes(cmap: ReadonlyMap<string, string>): RuntimeNode[] {
  const nodes: RuntimeNode[] = [];
  for (let position = 0; cmap.has(`nodelist.node.${position}.nodeid`); position++) {
    const key = `nodelist.node.${position}`;
    const nodeId = Number(cmap.get(`${key}.nodeid`));
    const addresses = new Map<number, string>();
    for (let link = 0; link < 8; link++) {
      const address = cmap.get(`${key}.ring${link}_addr`);
      if (address !== undefined) addresses.set(link, address);
    }
    nodes.push({
      nodeId,
      name: cmap.get(`${key}.name`) ?? `node${nodeId}`,
      joined: cmap.get(`runtime.members.${nodeId}.status`) === 'joined',
      addresses,
    });
  }
  return nodes;
}

export const localNodeId = (cmap: ReadonlyMap<string, string>): number =>
  Number(cmap.get('runtime.votequorum.this_node_id') ?? 0);

export interface LinkStats {
  connected: boolean;
  /** Microseconds to two digits, as libknet measures its pings; absent before the first answer. */
  average?: number;
  worst?: number;
}

/** A knet link to a peer, from the `stats` map. */
export function linkStats(stats: ReadonlyMap<string, string>, nodeId: number, link: number): LinkStats {
  const value = (name: string): number =>
    Number(stats.get(`stats.knet.node${nodeId}.link${link}.${name}`) ?? 0);
  const connected = value('connected') === 1;
  if (!connected || value('latency_samples') === 0) return { connected };
  return { connected, average: steady(value('latency_ave')), worst: steady(value('latency_max')) };
}

/** Two digits are all there is to a running average; more of them would be news every second. */
const steady = (microseconds: number): number => Number(microseconds.toPrecision(2));

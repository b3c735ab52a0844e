import type { Node } from '../context.ts';
import { probeOf } from '../facts/probe.ts';

/** The commands that let hosts of the cluster in, for the firewall that runs on the host. */
export async function firewallRemedy(
  node: Node,
  peer: string,
  { protocol, ports }: { protocol: 'udp' | 'tcp'; ports: readonly number[] },
  signal: AbortSignal,
): Promise<string> {
  const probe = probeOf(node.remote, signal);
  const [firewalld, ufw, nft, iptables] = await Promise.all([
    probe.exec('firewall-cmd', '--state'),
    probe.exec('ufw', 'status'),
    probe.exec('nft', 'list', 'ruleset'),
    probe.exec('iptables', '-S', 'INPUT'),
  ]);
  const [first, last] = [Math.min(...ports), Math.max(...ports)];
  const range = (separator: string) => (first === last ? String(first) : `${first}${separator}${last}`);
  if (firewalld.code === 0) {
    return `Run on ${node.name}: firewall-cmd --permanent ${protocol === 'udp' ? '--add-service=high-availability' : `--add-port=${range('-')}/tcp`}; firewall-cmd --reload`;
  }
  if (ufw.code === 0 && ufw.stdout.includes('Status: active')) {
    return `Run on ${node.name}: ufw allow proto ${protocol} from ${peer} to any port ${range(':')}`;
  }
  const chain = inputChain(nft.stdout);
  if (chain !== null && !chain.name.endsWith(' INPUT')) {
    return `Run on ${node.name}, and add it to /etc/nftables.conf: nft insert rule ${chain.name} ${protocol} dport ${range('-')} accept`;
  }
  if (iptables.code === 0 && /-P INPUT DROP|-j (DROP|REJECT)/.test(iptables.stdout)) {
    return `Run on ${node.name}: iptables -I INPUT -p ${protocol} --dport ${range(':')} -j ACCEPT`;
  }
  return `Let ${protocol.toUpperCase()} ports ${range('-')} in from ${peer} on ${node.name}, and on whatever filters between the hosts.`;
}

/** The first chain hooked to input, as `family table chain`. */
function inputChain(ruleset: string): { name: string } | null {
  let table = '';
  let chain = '';
  for (const line of ruleset.split('\n')) {
    table = /^table (\S+ \S+) \{/.exec(line)?.[1] ?? table;
    chain = /^\s+chain (\S+) \{/.exec(line)?.[1] ?? chain;
    if (/type filter hook input/.test(line)) return { name: `${table} ${chain}` };
  }
  return null;
}

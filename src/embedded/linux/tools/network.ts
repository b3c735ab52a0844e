import { addressOf, linkCount, networkPrefix, placeOf } from '../../world/network.ts';
import { fails, says, type Tool, type ToolRun, yesOrNo } from '../tool.ts';

/** Networks between the hosts. What the console sends a script for is answered as the script would. */
export const networkTools: Record<string, Tool> = {
  ip: ({ cluster, boot }) => {
    const own = [...cluster.hosts.keys()].indexOf(boot.host);
    return says(
      JSON.stringify(
        Array.from({ length: linkCount }, (_, link) => ({
          ifname: `heartbeat${link}`,
          addr_info: [{ local: addressOf(own, link), prefixlen: networkPrefix, scope: 'global' }],
        })),
      ),
    );
  },

  ping: (run) => {
    const { args } = run;
    const source = args[args.indexOf('-I') + 1] ?? '';
    return yesOrNo(hears(run, source, args.at(-1) ?? ''));
  },

  /** Nothing listens. */
  ss: () => says(''),

  perl: async (run) => {
    const { args } = run;
    // Whether it is there.
    if (args[0] !== '-') return says('');
    const script = (await run.input()).toString('utf8');
    if (script.includes("Proto => 'udp'")) return says(heard(run, args.slice(4)));
    if (script.includes('reached')) return says(reached(run, args.slice(3)));
    return fails('perl: an embedded host knows the probes of the heartbeat and of dispatch only');
  },

  getent: () => says('root:*:19000:0:99999:7:::\n'),
};

/** `bind ADDRESS PORT LINK` and `peer NUMBER ADDRESS PORT LINK`, which it tells of whom it hears on which link. */
function heard(run: ToolRun, args: readonly string[]): string {
  const own = new Map<string, string>();
  const lines: string[] = [];
  for (let at = 0; at < args.length; ) {
    if (args[at] === 'bind') {
      const [address = '', , link = ''] = args.slice(at + 1);
      own.set(link, address);
      at += 4;
    } else {
      const [number = '', address = '', , link = ''] = args.slice(at + 1);
      if (hears(run, own.get(link) ?? '', address)) lines.push(`heard ${number} ${link}\n`);
      at += 5;
    }
  }
  return lines.join('');
}

/** `bind ADDRESS` and `peer NUMBER LINK ADDRESS SOURCE`. */
function reached(run: ToolRun, args: readonly string[]): string {
  const lines: string[] = [];
  for (let at = 0; at < args.length; ) {
    if (args[at] === 'bind') {
      at += 2;
    } else {
      const [number = '', link = '', address = '', source = ''] = args.slice(at + 1);
      if (hears(run, source, address)) lines.push(`reached ${number} ${link}\n`);
      at += 5;
    }
  }
  return lines.join('');
}

/** Whether what is sent from one address gets to the other: they are of one network, and it is whole. */
function hears({ cluster }: ToolRun, source: string, target: string): boolean {
  const [from, to] = [placeOf(source), placeOf(target)];
  if (from === undefined || to === undefined || from.link !== to.link) return false;
  const names = [...cluster.hosts.keys()];
  const [sender, receiver] = [names[from.index], names[to.index]];
  if (sender === undefined || receiver === undefined) return false;
  return cluster.host(receiver).boot?.booted === true && cluster.network.linkUp(from.link, sender, receiver);
}

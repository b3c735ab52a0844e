import type { EngineHappening } from '../ports/clusterEngine.ts';

/** Corosync logs a link that goes down or comes up at once: `[KNET  ] link: host: 2 link: 0 is down` (3.1.7). */
const pattern = /^(\d+)\.(\d+) .*\[KNET *\].*host: (\d+) link: (\d+) is (down|up)$/;

/**
 * Reads `journalctl --output=short-unix --identifier=corosync`. `nameOf` gives the name of a node; what is about none that is
 * known is left out.
 */
export function parseLinkLog(
  text: string,
  nameOf: (nodeId: number) => string | undefined,
): EngineHappening[] {
  return text.split('\n').flatMap((line): EngineHappening[] => {
    const [, seconds, fraction = '', node, link, state] = pattern.exec(line.trim()) ?? [];
    const peer = node === undefined ? undefined : nameOf(Number(node));
    if (peer === undefined) return [];
    const at = Number(seconds) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
    const kind = state === 'down' ? 'link-lost' : 'link-restored';
    return [{ kind, link: Number(link), peer, at }];
  });
}

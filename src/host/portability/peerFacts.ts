import { z } from 'zod';
import type { HypervisorFacts } from '../ports/hypervisor.ts';

/**
 * What a host tells its peers about itself, as a node attribute in the Pacemaker CIB: small, on every host, and still
 * there when the host is down.
 */
export const peerFactsSchema = z.object({
  format: z.literal(1),
  arch: z.string(),
  cpuModel: z.string().optional(),
  acceleration: z.boolean(),
  machines: z.array(z.string()),
  networks: z.array(z.string()),
  bridges: z.array(z.string()),
  cards: z.array(z.string()),
});
export type PeerFacts = z.infer<typeof peerFactsSchema>;

export function composeFacts(
  hypervisor: HypervisorFacts,
  network: { bridges: string[]; cards: string[] },
): PeerFacts {
  return {
    format: 1,
    arch: hypervisor.arch,
    acceleration: hypervisor.acceleration,
    machines: hypervisor.machines,
    networks: [...hypervisor.networks].sort(),
    bridges: [...network.bridges].sort(),
    cards: [...network.cards].sort(),
    ...(hypervisor.cpuModel === undefined ? {} : { cpuModel: hypervisor.cpuModel }),
  };
}

/** What cannot be understood, written by a newer host for instance, is left out: it then counts as not known. */
export function parseFacts(published: ReadonlyMap<string, string>): Map<string, PeerFacts> {
  const facts = new Map<string, PeerFacts>();
  for (const [node, text] of published) {
    const parsed = peerFactsSchema.safeParse(parseJson(text));
    if (parsed.success) facts.set(node, parsed.data);
  }
  return facts;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { type VirtualIp, type VirtualIpSpec, virtualIpSpecSchema } from '../../contract/virtualIp.ts';
import type { Boot } from '../world/boot.ts';

const prefix = 'virtual-ip-';

/** Where service addresses are kept among the texts that the hosts share, as Pacemaker keeps them in its CIB. */
export const virtualIpDocument = (name: string): string => `${prefix}${name}`;

/** Which host has which service address. Nobody connects to them, so that they come up at once. */
export class VirtualIps {
  readonly #on = new Map<string, Boot>();

  /**
   * As seen by the side that has `documents`; `candidates` are the hosts that may have one, in order of preference, and `inDoubt` those
   * that may still have what they had.
   */
  placed(
    documents: ReadonlyMap<string, string>,
    candidates: readonly Boot[],
    inDoubt: (holder: Boot | undefined) => boolean,
  ): VirtualIp[] {
    return specsIn(documents).map((spec) => {
      const before = this.#on.get(spec.name);
      if (inDoubt(before)) return { ...spec, on: null, state: 'unknown' };
      const preferred = candidates.find(({ host }) => host === spec.preferredHost);
      const stays = candidates.find((boot) => boot === before);
      const on = preferred ?? stays ?? candidates[0];
      if (on === undefined) this.#on.delete(spec.name);
      else this.#on.set(spec.name, on);
      return { ...spec, on: on?.host ?? null, state: on === undefined ? 'stopped' : 'started' };
    });
  }
}

function specsIn(documents: ReadonlyMap<string, string>): VirtualIpSpec[] {
  return [...documents]
    .filter(([name]) => name.startsWith(prefix))
    .map(([, text]) => virtualIpSpecSchema.parse(JSON.parse(text)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

import { readFile } from 'node:fs/promises';
import { type ChangedDefinition, changeDefinition, overwrite, tamperedText } from '../breakage.ts';
import type { EmbeddedCluster } from '../embeddedCluster.ts';

/** Definitions that somebody changed on quorum disks, with what was there before. */
export class Tampering {
  readonly #cluster: EmbeddedCluster;
  /** By VM name. */
  readonly #changed = new Map<string, ChangedDefinition[]>();

  constructor(cluster: EmbeddedCluster) {
    this.#cluster = cluster;
  }

  get vms(): string[] {
    return [...this.#changed.keys()];
  }

  /** Returns whether there was a definition to change. */
  async tamper(vm: string): Promise<boolean> {
    if (this.#changed.has(vm)) return true;
    const changed = await changeDefinition(this.#cluster, vm, tamperedText);
    if (changed.length > 0) this.#changed.set(vm, changed);
    return changed.length > 0;
  }

  async restore(vm: string): Promise<void> {
    for (const { path, before } of this.#changed.get(vm) ?? []) {
      if (await isTampered({ path, before })) await overwrite(this.#cluster, path, before);
    }
    this.#changed.delete(vm);
  }

  /** Sync writes a definition anew that is not genuine, and takeover may clear it away: then it is tampered with no more. */
  async look(): Promise<void> {
    for (const [vm, definitions] of this.#changed) {
      const still = await Promise.all(definitions.map(isTampered));
      if (!still.includes(true)) this.#changed.delete(vm);
    }
  }
}

async function isTampered({ path, before }: ChangedDefinition): Promise<boolean> {
  try {
    return (await readFile(path, 'utf8')) === tamperedText(before);
  } catch {
    return false;
  }
}

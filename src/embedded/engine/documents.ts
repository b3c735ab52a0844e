import type { Boot } from '../world/boot.ts';

/**
 * Texts that the hosts of a cluster share. A host without quorum works on a copy of its own, which is given up when it is back:
 * the others' is the newer one.
 */
export class SharedDocuments {
  readonly #shared = new Map<string, string>();
  readonly #copies = new Map<Boot, Map<string, string>>();

  of(boot: Boot): Map<string, string> {
    return this.#copies.get(boot) ?? this.#shared;
  }

  /** What the side with quorum has, to be written down. */
  all(): [string, string][] {
    return [...this.#shared];
  }

  /** As it was when it was written down. Before any host is up. */
  restore(documents: Iterable<[string, string]>): void {
    for (const [name, text] of documents) this.#shared.set(name, text);
  }

  clear(): void {
    this.#shared.clear();
    this.#copies.clear();
  }

  setApart(boot: Boot): void {
    if (!this.#copies.has(boot)) this.#copies.set(boot, new Map(this.#shared));
  }

  bringBack(boot: Boot): void {
    this.#copies.delete(boot);
  }
}

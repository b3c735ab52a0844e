import type { HostLoss } from '../../host/ports/clusterEngine.ts';

/** `unseen`: never a member since the cluster came up, so nobody knows what it holds. */
export type Standing = (HostLoss & { unseen?: true }) | undefined;

/** What the side with quorum knows of every host. */
export class Standings {
  readonly #standings = new Map<string, HostLoss & { unseen?: true }>();

  of(host: string): Standing {
    return this.#standings.get(host);
  }

  joined(host: string): void {
    this.#standings.set(host, { state: 'member' });
  }

  left(host: string, at: number): void {
    this.#standings.set(host, { state: 'left', detectedAt: at });
  }

  lost(host: string, at: number, unseen: boolean): void {
    this.#standings.set(host, { state: 'unfenced', detectedAt: at, ...(unseen ? { unseen: true } : {}) });
  }

  fenced(host: string, at: number, how: string): void {
    const { detectedAt } = this.#standings.get(host) ?? {};
    this.#standings.set(host, {
      state: 'fenced',
      detectedAt: detectedAt ?? at,
      fencedAt: at,
      how,
    });
  }

  unfenced(): string[] {
    return [...this.#standings].filter(([, { state }]) => state === 'unfenced').map(([host]) => host);
  }

  /** After the whole cluster was down nobody knows anything. */
  forgetAll(): void {
    this.#standings.clear();
  }
}

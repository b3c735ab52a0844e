import { join } from 'node:path';
import type { Files } from '../../host/files.ts';
import type { SharedDisk } from '../world/sharedStorage.ts';

const kept = ['state', 'history'];
const ofHost = [...kept, 'run', 'quorum'];

/** The folders in which the hosts of an embedded cluster and their quorum disks are. */
export class WorldFolders {
  readonly #files: Files;
  readonly #folder: string;

  constructor(files: Files, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  async prepare(hosts: Iterable<string>, disks: Iterable<SharedDisk>): Promise<void> {
    for (const { folder } of disks) await this.#files.mkdir(folder, { recursive: true });
    for (const host of hosts) {
      for (const name of ofHost) await this.#files.mkdir(this.#of(host, name), { recursive: true });
    }
  }

  /** Whether the host program keeps a file of that name on a host. */
  async hasState(host: string, name: string): Promise<boolean> {
    try {
      await this.#files.stat(join(this.#of(host, 'state'), name));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  /** Takes away what the host program keeps on a host. */
  async forgetState(host: string): Promise<void> {
    for (const name of kept) await this.#empty(this.#of(host, name));
  }

  /** Makes a quorum disk an empty one. */
  async format(disk: SharedDisk): Promise<void> {
    await this.#empty(disk.folder);
    disk.holder = undefined;
  }

  async #empty(folder: string): Promise<void> {
    await this.#files.rm(folder, { recursive: true, force: true });
    await this.#files.mkdir(folder, { recursive: true });
  }

  #of(host: string, name: string): string {
    return join(this.#folder, 'hosts', host, name);
  }
}

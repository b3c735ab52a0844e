import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { MinimeError } from '../../../src/contract/errors.ts';
import {
  type HostAddress,
  type HostEntry,
  hostEntrySchema,
  type LastKnown,
} from '../../../src/contract/inventory.ts';
import type { Clock } from '../clock.ts';
import type { JsonFile } from '../files/jsonFile.ts';

export const inventoryFileSchema = z.object({ format: z.literal(1), hosts: z.array(hostEntrySchema) });
export type InventoryFile = z.infer<typeof inventoryFileSchema>;
export const emptyInventory: InventoryFile = { format: 1, hosts: [] };

/** The hosts the admin has added, kept in the data folder. */
export interface Inventory {
  list(): readonly HostEntry[];
  find(hostId: string): HostEntry | undefined;
  /** Rejects with `conflict` if the same address, port and user is there already. */
  add(address: HostAddress): Promise<HostEntry>;
  /** Adds those that are not there yet, in one go. Returns all embedded hosts. */
  addEmbedded(names: readonly string[]): Promise<HostEntry[]>;
  /** Returns those that were there. */
  removeEmbedded(): Promise<HostEntry[]>;
  /** Keeps what the host told of itself. Does nothing for a host that is not there any more. */
  remember(hostId: string, lastKnown: LastKnown): Promise<void>;
  /** Rejects with `not-found`. */
  remove(hostId: string): Promise<void>;
}

export function createInventory(
  initial: InventoryFile,
  options: { file: JsonFile<InventoryFile>; clock: Clock },
): Inventory {
  let hosts = initial.hosts;
  const save = async (next: HostEntry[]) => {
    const before = hosts;
    hosts = next;
    try {
      await options.file.write({ format: 1, hosts: next });
    } catch (error) {
      if (hosts === next) hosts = before;
      throw error;
    }
  };
  return {
    list: () => hosts,
    find: (hostId) => hosts.find((host) => host.id === hostId),
    async add(address) {
      const same = hosts.find((host) => isSameWay(host, address));
      if (same !== undefined) {
        throw new MinimeError({
          kind: 'conflict',
          host: same.address,
          message: `${same.address} is in the inventory already.`,
          remedy: 'Remove it first to add it with other settings.',
        });
      }
      const entry: HostEntry = { ...address, id: randomUUID(), addedAt: options.clock.now() };
      await save([...hosts, entry]);
      return entry;
    },
    async addEmbedded(names) {
      const known = new Set(hosts.filter(({ embedded }) => embedded).map(({ address }) => address));
      const added = names
        .filter((name) => !known.has(name))
        .map(
          (address): HostEntry => ({
            address,
            id: randomUUID(),
            addedAt: options.clock.now(),
            embedded: true,
          }),
        );
      if (added.length > 0) await save([...hosts, ...added]);
      return hosts.filter(({ embedded }) => embedded);
    },
    async removeEmbedded() {
      const gone = hosts.filter(({ embedded }) => embedded);
      if (gone.length > 0) await save(hosts.filter(({ embedded }) => embedded !== true));
      return gone;
    },
    async remember(hostId, lastKnown) {
      if (!hosts.some((host) => host.id === hostId)) return;
      await save(hosts.map((host) => (host.id === hostId ? { ...host, lastKnown } : host)));
    },
    async remove(hostId) {
      if (!hosts.some((host) => host.id === hostId)) throw unknownHost();
      await save(hosts.filter((host) => host.id !== hostId));
    },
  };
}

export function unknownHost(): MinimeError {
  return new MinimeError({
    kind: 'not-found',
    message: 'This host is not in the inventory any more.',
    remedy: 'Add it again to go on with it.',
  });
}

function isSameWay(entry: HostEntry, address: HostAddress): boolean {
  return (
    entry.address.toLowerCase() === address.address.toLowerCase() &&
    entry.port === address.port &&
    entry.user === address.user
  );
}

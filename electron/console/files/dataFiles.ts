import { join } from 'node:path';
import { MinimeError } from '../../../src/contract/errors.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import type { Clock } from '../clock.ts';
import {
  createInventory,
  emptyInventory,
  type Inventory,
  inventoryFileSchema,
} from '../inventory/inventory.ts';
import { noOperations, type OperationsFile, operationsFileSchema } from '../operations/operationsLog.ts';
import {
  createSettings,
  defaultSettings,
  type SettingsStore,
  settingsFileSchema,
} from '../settings/settings.ts';
import { type LockHolder, lockFolder } from './folderLock.ts';
import { type JsonFile, type JsonFileOptions, openJsonFile } from './jsonFile.ts';

export interface DataFiles {
  inventory: Inventory;
  settings: SettingsStore;
  /** What was done and under way when the last console ended, and where to write down what this one does. */
  operations: { initial: OperationsFile; file: JsonFile<OperationsFile> };
  /** Null if this console may write; else who holds the folder. */
  holder: LockHolder | null;
  /** What the admin should know about how the files were found. */
  notices: Finding[];
  /** Lets another console have the folder. */
  release: () => Promise<void>;
}

/**
 * Opens the data folder. A second console on the same folder is told so and reads on: it shows everything, but what it
 * would have to write is refused with `conflict`.
 */
export async function openDataFiles(folder: string, clock: Clock): Promise<DataFiles> {
  const lock = await lockFolder(folder);
  const { holder } = lock;
  const notices: Finding[] = holder === null ? [] : [usedElsewhere(folder, holder)];

  const open = async <T>(name: string, what: Pick<JsonFileOptions<T>, 'schema' | 'fallback'>) => {
    const opened = await openJsonFile(join(folder, name), {
      ...what,
      now: clock.now(),
      readOnly: holder !== null,
    });
    if (opened.notice !== undefined) notices.push(opened.notice);
    return { value: opened.value, file: holder === null ? opened.file : refusing<T>(holder) };
  };

  try {
    const hosts = await open('hosts.json', { schema: inventoryFileSchema, fallback: emptyInventory });
    const settings = await open('settings.json', { schema: settingsFileSchema, fallback: defaultSettings });
    const operations = await open('operations.json', {
      schema: operationsFileSchema,
      fallback: noOperations,
    });
    return {
      inventory: createInventory(hosts.value, { file: hosts.file, clock }),
      settings: createSettings(settings.value, settings.file),
      operations: {
        // What another console is doing has not been interrupted.
        initial: holder === null ? operations.value : noOperations,
        file: operations.file,
      },
      notices,
      holder,
      release: () => lock.release(),
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function refusing<T>(holder: LockHolder): JsonFile<T> {
  return {
    write: () => Promise.reject(heldElsewhere(holder)),
  };
}

export function heldElsewhere(holder: LockHolder): MinimeError {
  return new MinimeError({
    kind: 'conflict',
    message: 'Hosts and settings cannot be changed here: another console has the data folder open.',
    cause: describe(holder),
    remedy: 'Make the change there, or close it and start this console again.',
  });
}

function usedElsewhere(folder: string, holder: LockHolder): Finding {
  return {
    id: 'data-folder-in-use',
    severity: 'warning',
    subject: folder,
    title:
      'Another console has the same data folder open. Hosts and settings can be seen here but not changed.',
    cause: describe(holder),
    remedy:
      'Close the other one and start this console again, or give it a folder of its own with MINIME_DATA.',
  };
}

function describe(holder: LockHolder): string {
  return `It is process ${holder.pid} on ${holder.machine}.`;
}

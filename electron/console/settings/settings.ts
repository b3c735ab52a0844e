import { z } from 'zod';
import { type Settings, settingsSchema } from '../../../src/contract/inventory.ts';
import type { JsonFile } from '../files/jsonFile.ts';

export const settingsFileSchema = z.object({ format: z.literal(1), settings: settingsSchema });
export type SettingsFile = z.infer<typeof settingsFileSchema>;
export const defaultSettings: SettingsFile = { format: 1, settings: { theme: 'system' } };

/** A setting that is absent or undefined stays as it is. */
export type SettingsChange = { [K in keyof Settings]?: Settings[K] | undefined };

export interface SettingsStore {
  get(): Settings;
  /** Rejects with `storage`. */
  set(change: SettingsChange): Promise<Settings>;
}

export function createSettings(initial: SettingsFile, file: JsonFile<SettingsFile>): SettingsStore {
  let settings = initial.settings;
  return {
    get: () => settings,
    async set(change) {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const next = { ...settings, ...given };
      await file.write({ format: 1, settings: next });
      settings = next;
      return next;
    },
  };
}

import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { BlockList } from 'node:net';
import { z } from 'zod';
import { MinimeError } from '../../src/contract/errors.ts';
import { must } from './command.ts';
import { withLock } from './lock.ts';
import { labDirectory, labNameSchema, labsDirectory, lockPath, maximumLabs } from './names.ts';

const stateSchema = z.object({
  name: labNameSchema,
  /** Decides addresses and interface names; unique among the labs of this machine. */
  slot: z.number().int().min(0),
  /** Key of the cached image that the hosts run on. */
  image: z.string(),
  hosts: z.array(z.string()).min(1),
  /** Pulled cables: host and link number. */
  cutLinks: z.array(z.object({ host: z.string(), link: z.number().int() })),
  /** Hosts cut off from all other hosts; empty when whole. */
  partition: z.array(z.string()),
});
export type LabState = z.infer<typeof stateSchema>;

const statePath = (name: string): string => `${labDirectory(name)}/lab.json`;

/** Returns undefined when there is no such lab. */
export async function readState(name: string): Promise<LabState | undefined> {
  let text: string;
  try {
    text = await readFile(statePath(name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = stateSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new MinimeError({
    kind: 'storage',
    message: `${statePath(name)} is not a lab state this version understands.`,
    remedy: `Remove the lab with "npm run lab -- down --lab ${name}".`,
    details: parsed.error.message,
  });
}

export async function writeState(state: LabState): Promise<void> {
  await mkdir(labDirectory(state.name), { recursive: true });
  const temporary = `${statePath(state.name)}.new`;
  await writeFile(temporary, `${JSON.stringify(state, null, 2)}\n`);
  await rename(temporary, statePath(state.name));
}

export async function listLabs(): Promise<string[]> {
  try {
    const entries = await readdir(labsDirectory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Writes the first state of a new lab, with a slot that no other lab and no route of this machine uses. */
export async function createState(first: Omit<LabState, 'slot'>): Promise<LabState> {
  return await withLock(
    lockPath('slots'),
    () => undefined,
    async () => {
      const taken = new Set<number>();
      for (const name of await listLabs()) {
        const other = name === first.name ? undefined : await readState(name);
        if (other !== undefined) taken.add(other.slot);
      }
      const routes = await routedNetworks();
      for (let slot = 0; slot < maximumLabs; slot++) {
        if (taken.has(slot) || collides(slot, routes)) continue;
        const state: LabState = { ...first, slot };
        await writeState(state);
        return state;
      }
      throw new MinimeError({
        kind: 'conflict',
        message: `No free network is left for lab ${first.name} between 10.100.0.0 and 10.199.255.255.`,
        remedy: 'Bring down labs that are no longer needed: "npm run lab -- status" lists them.',
      });
    },
  );
}

async function routedNetworks(): Promise<string[]> {
  const routes = z
    .array(z.object({ dst: z.string() }))
    .parse(JSON.parse(await must(['ip', '-4', '-json', 'route', 'show', 'table', 'all'])));
  return routes.map((route) => route.dst).filter((dst) => /^[0-9.]+(\/[0-9]+)?$/.test(dst));
}

function collides(slot: number, routes: readonly string[]): boolean {
  const first = `10.${100 + slot}.0.0`;
  const own = new BlockList();
  own.addSubnet(first, 16);
  return routes.some((route) => {
    const [address = '', bits = '32'] = route.split('/');
    const theirs = new BlockList();
    theirs.addSubnet(address, Number(bits));
    return own.check(address) || theirs.check(first);
  });
}

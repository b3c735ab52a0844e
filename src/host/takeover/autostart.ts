import { join } from 'node:path';
import { z } from 'zod';
import { MinimeError } from '../../contract/errors.ts';
import { writeAtomically } from '../definitions/atomicFile.ts';
import { mkdir, readFile } from '../files.ts';
import type { Host } from '../host.ts';
import type { VmRecord } from '../ports/hypervisor.ts';

/**
 * The hypervisor's autostart would start a VM that runs elsewhere by now, so it is off for protected VMs. That it was on is kept
 * here, and is what the rejoin starts. By uuid, with names.
 */
const rememberedSchema = z.object({ format: z.literal(1), vms: z.record(z.string(), z.string()) });
const pathOf = (host: Host): string => join(host.paths.state, 'autostart.json');

/** Names by uuid of the VMs that are started by VMCL because the hypervisor's autostart was on. */
export async function rememberedAutostart(host: Host): Promise<Map<string, string>> {
  let text: string;
  try {
    text = await readFile(pathOf(host), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  const parsed = rememberedSchema.safeParse(parseJson(text));
  if (parsed.success) return new Map(Object.entries(parsed.data.vms));
  throw new MinimeError({
    kind: 'invalid-input',
    message: `${pathOf(host)} cannot be understood.`,
    cause: 'It was changed by hand or by a newer version.',
    remedy: 'Remove it, and switch autostart on again for the VMs that should have it.',
  });
}

async function changeRemembered(
  host: Host,
  change: (vms: ReadonlyMap<string, string>) => ReadonlyMap<string, string>,
): Promise<void> {
  await host.exclusively('autostart', async () => {
    const before = await rememberedAutostart(host);
    const after = change(before);
    if (text(before) === text(after)) return;
    await mkdir(host.paths.state, { recursive: true, mode: 0o755 });
    await writeAtomically(pathOf(host), `${pathOf(host)}.new`, Buffer.from(`${text(after)}\n`));
  });
}

const text = (vms: ReadonlyMap<string, string>): string =>
  JSON.stringify({ format: 1, vms: Object.fromEntries([...vms].sort(([a], [b]) => (a < b ? -1 : 1))) });

/** A VM that came from another host, where its autostart was on. */
export const rememberAutostart = (host: Host, uuid: string, name: string): Promise<void> =>
  changeRemembered(host, (known) => new Map([...known, [uuid, name]]));

/** Takes autostart over: remembered first, so that it is lost at no moment. */
export async function takeAutostartOver(host: Host, vms: readonly VmRecord[]): Promise<void> {
  const taken = vms.filter(({ autostart, persistent }) => autostart && persistent);
  if (taken.length === 0) return;
  await changeRemembered(
    host,
    (known) => new Map([...known, ...taken.map((vm) => [vm.uuid, vm.name] as const)]),
  );
  for (const { uuid } of taken) await host.hypervisor.setAutostart(uuid, false);
}

/**
 * Gives the hypervisor its autostart back, when the host leaves the cluster. VMs that are not here any more are forgotten. Returns
 * the names of those that start by themselves again.
 */
export async function giveBackAutostart(host: Host): Promise<string[]> {
  return await host.exclusively('sync', async () => {
    const remembered = await rememberedAutostart(host);
    const here = (await host.hypervisor.vms()).filter(({ uuid }) => remembered.has(uuid));
    for (const { uuid } of here) await host.hypervisor.setAutostart(uuid, true);
    await changeRemembered(host, () => new Map());
    return here.map(({ name }) => name);
  });
}

/** Has VMCL not start this VM any more, as `virsh autostart --disable` would. False: it did not. */
export async function forgetAutostart(host: Host, vm: string): Promise<boolean> {
  let found = false;
  await changeRemembered(host, (known) => {
    const kept = [...known].filter(([uuid, name]) => uuid !== vm && name !== vm);
    found = kept.length < known.size;
    return new Map(kept);
  });
  return found;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

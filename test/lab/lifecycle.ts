import { cp, rm, rmdir } from 'node:fs/promises';
import { MinimeError } from '../../src/contract/errors.ts';
import { makeImagesRemovable } from './brokenDisks.ts';
import { groupsNamed } from './cgroups.ts';
import { must } from './command.ts';
import { execIn, isPowered, powerOff, powerOn, waitUntilUp } from './container.ts';
import { attachDisks, detachDisks, makeDisks } from './disks.ts';
import type { Image } from './image/image.ts';
import { findLeftovers, mountsBelow, outerInterfaces } from './leftovers.ts';
import {
  hostName,
  labDirectory,
  labsDirectory,
  machineName,
  networks,
  sharedPath,
  switchPath,
} from './names.ts';
import { applyPartition, hostAddresses, isMountPoint, makeSwitch, writeCabling } from './network.ts';
import { devicesFile, makeKeys, prepareRoot, writeSurroundings } from './rootfs.ts';
import { createState, type LabState, readState, writeState } from './state.ts';

/** The state of a new lab, or that of the present one with hosts added to make `count`. */
export async function prepareState(name: string, count: number, image: Image): Promise<LabState> {
  const wanted = Array.from({ length: count }, (_, index) => hostName(index + 1));
  const present = await readState(name);
  if (present === undefined) {
    return await createState({ name, image: image.key, hosts: wanted, cutLinks: [], partition: [] });
  }
  if (present.hosts.length > count) {
    throw new MinimeError({
      kind: 'conflict',
      message: `Lab ${name} has ${present.hosts.length} hosts already, more than the ${count} asked for.`,
      remedy: `Bring it down first: "npm run lab -- down --lab ${name}".`,
    });
  }
  const state = { ...present, hosts: wanted };
  await writeState(state);
  return state;
}

/** Makes what is missing of the lab and switches on what is off. */
export async function bringUp(
  state: LabState,
  image: Image,
  onProgress: (message: string) => void,
): Promise<void> {
  const { name: lab } = state;
  onProgress(`Making networks, disks and keys of lab ${lab}.`);
  if (!(await switchIsWhole(state))) await renewSwitch(state);
  await applyPartition(state);
  await makeDisks(state);
  await makeKeys(state);
  await cp(image.boot, `${sharedPath(lab)}/boot`, { recursive: true });
  onProgress(`Starting ${state.hosts.join(', ')}.`);
  for (const host of state.hosts) await switchOn(state, host, image);
  await Promise.all(
    state.hosts.map(async (host) => {
      await waitUntilUp(lab, host, hostAddresses(state.slot, host).management);
      onProgress(`${host} is up.`);
    }),
  );
}

async function switchIsWhole(state: LabState): Promise<boolean> {
  const cables = await outerInterfaces(state.slot);
  return (await isMountPoint(switchPath(state.name))) && cables.length === networks.length;
}

/** Hosts that run have their cables in the old switch, so they go off with it. */
async function renewSwitch(state: LabState): Promise<void> {
  await removeProcesses(state.name);
  await removeNetworks(state);
  await makeSwitch(state);
}

/** Switches a host on, or tells a running one of hosts and disks that were added. */
export async function switchOn(state: LabState, host: string, image: Image): Promise<void> {
  await prepareRoot(state, host, image);
  const devices = await attachDisks(state, host);
  await writeSurroundings(state, host, devices);
  await writeCabling(state, host);
  if (await isPowered(state.name, host)) {
    await execIn(state.name, host, ['systemd-tmpfiles', '--create', devicesFile]);
  } else {
    await powerOn(state.name, host, image);
  }
}

/** Removes everything there is of a lab, whatever state it is in; throws if something resists. */
export async function takeDown(name: string): Promise<void> {
  const state = await readableState(name);
  await removeProcesses(name);
  if (state !== undefined) await removeNetworks(state);
  for (const mount of await mountsBelow(labDirectory(name))) await must(['umount', mount]);
  await detachDisks(name);
  await makeImagesRemovable(name);
  await rm(labDirectory(name), { recursive: true, force: true });
  await removeIfEmpty(labsDirectory);
  const leftovers = await findLeftovers(name);
  if (leftovers.length === 0) return;
  throw new MinimeError({
    kind: 'internal',
    message: `Lab ${name} is not completely down: ${leftovers.join(', ')}.`,
    remedy: 'Run "npm run lab -- down" again; if that does not help, this is a defect of the lab.',
  });
}

/** A state that cannot be read must not keep the rest from being removed: interfaces go with their namespace anyway. */
async function readableState(name: string): Promise<LabState | undefined> {
  try {
    return await readState(name);
  } catch (error) {
    if (error instanceof MinimeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function removeProcesses(lab: string): Promise<void> {
  const prefix = machineName(lab, '');
  const hosts = (await groupsNamed(prefix)).map((group) => group.slice(prefix.length));
  await Promise.all(hosts.map((host) => powerOff(lab, host)));
}

async function removeNetworks(state: LabState): Promise<void> {
  for (const cable of await outerInterfaces(state.slot)) await must(['ip', 'link', 'delete', cable]);
  const directory = labDirectory(state.name);
  const namespaces = (await mountsBelow(directory)).filter((mount) => /\/(netns|switch)$/.test(mount));
  for (const mount of namespaces) await must(['umount', mount]);
}

async function removeIfEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}

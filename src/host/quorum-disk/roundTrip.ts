import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MinimeError } from '../../contract/errors.ts';
import type { HostCallResult } from '../../contract/hostProtocol.ts';
import { DefinitionStore } from '../definitions/store.ts';
import { rm } from '../files.ts';
import { type Host, nodeNameOf } from '../host.ts';
import { findingOf } from '../sections/system.ts';
import { writeFailure } from '../sync/findings.ts';

/** Writes a definition of no VM to this host's quorum disk, reads it back, checks it, removes it. Times the disk alone, without its turn. */
export async function roundTrip(host: Host): Promise<HostCallResult<'quorumDisk.roundTrip'>> {
  let started = host.clock.elapsed();
  const milliseconds = (): number => Math.round(host.clock.elapsed() - started);
  try {
    await host.exclusively('sync', async () => {
      started = host.clock.elapsed();
      await writeAndReadBack(host);
    });
    return { ok: true, milliseconds: milliseconds() };
  } catch (error) {
    const name = await nodeNameOf(host);
    const code = (error as NodeJS.ErrnoException).code;
    if (!(error instanceof MinimeError) && code === undefined) throw error;
    const problem =
      error instanceof MinimeError
        ? findingOf(error, { id: 'round-trip-failed', severity: 'error', host: name })
        : writeFailure(name, 'the probe', error as NodeJS.ErrnoException);
    return { ok: false, milliseconds: milliseconds(), problem };
  }
}

async function writeAndReadBack(host: Host): Promise<void> {
  const config = await host.config();
  if (config === undefined) {
    throw new MinimeError({ kind: 'not-found', message: 'This host belongs to no cluster of Minime.' });
  }
  await host.quorumDisks.check(config.nodeName);
  const folder = host.quorumDisks.folderOf(config.nodeName);
  const { clusterId, nodeName } = config;
  const store = new DefinitionStore({ folder, home: nodeName, clusterId, key: await host.clusterKey() });
  await store.prepare();
  const uuid = randomUUID();
  const probe = {
    clusterId,
    host: nodeName,
    uuid,
    name: 'probe',
    savedAt: host.clock.now(),
    hash: uuid,
    memory: 0,
    vcpus: 1,
    autostart: false,
    content: { xml: `<domain><uuid>${uuid}</uuid></domain>`, tpm: [] },
  };
  try {
    await store.write(probe);
    const read = await store.read(uuid);
    if (read.state === 'good' && read.definition.hash === uuid) return;
    throw new MinimeError({
      kind: 'storage',
      message: `What was written to the quorum disk of ${nodeName} did not come back.`,
      cause: read.state === 'good' ? 'It is another definition.' : read.cause,
      remedy: 'Check the storage, and that no other host writes to this disk.',
    });
  } finally {
    await rm(join(folder, 'definitions', `${uuid}.json`), { force: true });
  }
}

import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import { MinimeError } from '../../contract/errors.ts';
import {
  HOST_PROTOCOL,
  type HostCallName,
  type HostCallParams,
  type HostCallResult,
  hostCalls,
  SERVE_PREAMBLE,
} from '../../contract/hostProtocol.ts';
import { beginDrill } from '../drill/begin.ts';
import { rehearse } from '../drill/rehearse.ts';
import { getRecord } from '../history/store.ts';
import { type Host, nodeNameOf } from '../host.ts';
import { verifyManifest } from '../manifest/verify.ts';
import { HostMonitor } from '../monitor/monitor.ts';
import { sectionReaders } from '../monitor/sections.ts';
import { readStatus } from '../monitor/status.ts';
import { beginMaintenance, bringVmsHome, endMaintenance } from '../moves/calls.ts';
import { sendTest } from '../notify/send.ts';
import { setNotifications } from '../notify/settings.ts';
import { setPolicy } from '../policy/policy.ts';
import { roundTrip } from '../quorum-disk/roundTrip.ts';
import { type Handler, registerCall, tell } from '../rpc/register.ts';
import { sync } from '../sync/sync.ts';
import { addVirtualIp, moveVirtualIp, removeVirtualIp } from '../virtual-ips/virtualIps.ts';
import { confirmFence, fenceTest } from './fenceTest.ts';

type Handlers = {
  [K in HostCallName]: Handler<HostCallParams<K>, HostCallResult<K>>;
};

/** Answers the console on a pair of streams until the input ends. */
export async function serve(
  host: Host,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<void> {
  const connection = createMessageConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
  const readers = sectionReaders(host);
  let open = true;
  const monitor = new HostMonitor(host, readers, (change) => {
    if (open) tell(host, connection.sendNotification('section', change));
  });
  let started: ReturnType<HostMonitor['start']> | undefined;
  const handlers: Handlers = {
    hello: async ({ protocol }) => {
      if (protocol !== HOST_PROTOCOL) throw otherProtocol(protocol, host.version);
      return { protocol: HOST_PROTOCOL, version: host.version, host: await nodeNameOf(host) };
    },
    status: () => readStatus(host, readers),
    subscribe: async () => {
      const first = started === undefined;
      started ??= monitor.start();
      const status = await started;
      return first ? status : await readStatus(host, readers);
    },
    sync: () => sync(host),
    'quorumDisk.roundTrip': () => roundTrip(host),
    'fence.test': ({ target, by }, context) => fenceTest(host, target, { ...context, by }),
    'fence.devices': () => host.engine.fenceDevices(),
    'manifest.verify': async () => verifyManifest(host.paths.manifest, await nodeNameOf(host)),
    'policy.set': async ({ policy, editedBy, changes }) => ({
      revision: await setPolicy(host, policy, editedBy, changes),
    }),
    'failover.get': async ({ id }) => ({ record: await getRecord(host.paths, id) }),
    'drill.rehearse': ({ target }) => rehearse(host, target),
    'drill.begin': ({ target, by, expected }, context) =>
      beginDrill(host, target, { ...context, by, expected }),
    'fence.confirm': ({ target, by }) => confirmFence(host, target, by),
    'maintenance.enter': ({ by }) => done(beginMaintenance(host, by)),
    'maintenance.leave': (params) => done(endMaintenance(host, params)),
    'failback.start': ({ uuids }) => done(bringVmsHome(host, uuids)),
    'notifications.set': async ({ settings, revision, editedBy }) => ({
      revision: await setNotifications(host, settings, { revision, by: editedBy }),
    }),
    'notifications.test': () => sendTest(host),
    'virtualIp.add': (params) => done(addVirtualIp(host, params)),
    'virtualIp.move': (params) => done(moveVirtualIp(host, params)),
    'virtualIp.remove': (params) => done(removeVirtualIp(host, params)),
    'moves.cancel': () => done(host.movesService.stop()),
  };
  for (const name of Object.keys(handlers) as HostCallName[]) {
    // Each of them takes the parameters that the schema of its own name gives.
    const handler = handlers[name] as Handler<unknown, unknown>;
    registerCall(connection, host, name, hostCalls[name].params as z.ZodType, handler);
  }
  const closed = new Promise<void>((resolve) => connection.onClose(resolve)).then(() => {
    open = false;
  });
  connection.onError(([error]) => host.log.error({ error }, 'the stream to the console is broken'));
  output.write(`${SERVE_PREAMBLE}\n`);
  connection.listen();
  await closed;
  await monitor.stop();
  connection.dispose();
}

const done = (work: Promise<void>): Promise<Record<string, never>> => work.then(() => ({}));

const otherProtocol = (theirs: number, version: string): MinimeError =>
  new MinimeError({
    kind: 'protocol-mismatch',
    message: `The host program (vmcl ${version}) and the console do not speak the same protocol.`,
    cause: `The host program speaks protocol ${HOST_PROTOCOL}, the console ${theirs}.`,
    remedy:
      theirs > HOST_PROTOCOL
        ? 'Update the host program from the console.'
        : 'Use the newer Minime that this host was set up with.',
  });

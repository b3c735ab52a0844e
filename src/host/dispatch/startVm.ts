import type { DispatchCallParams, StartOutcome } from '../../contract/dispatchProtocol.ts';
import { MinimeError, toErrorInfo } from '../../contract/errors.ts';
import { type Definition, decodeDefinition } from '../definitions/format.ts';
import type { Host } from '../host.ts';
import type { VmRecord } from '../ports/hypervisor.ts';
import { rememberAutostart } from '../takeover/autostart.ts';
import { forgetStarting, gaveUpSince, noteStarting, type StartingVm, startingVms } from './starting.ts';
import { isActive } from './survey.ts';
import { withinClock } from './withinClock.ts';

/** For all that comes before the start itself. */
const prepareMs = 30_000;
const lookEveryMs = 1000;

/**
 * Defines and starts a VM of `home` here. Resolves, whatever becomes of it, with what is certain. Asked for while a start of it is under
 * way already, it waits for that one, and does not begin another if that one is given up.
 */
export async function startVm(
  host: Host,
  { home, definition: file, timeoutS }: DispatchCallParams<'vm.start'>,
): Promise<StartOutcome> {
  const verdict = await genuine(host, home, Buffer.from(file, 'base64'));
  if (typeof verdict === 'string') return { outcome: 'refused', reason: verdict };
  const askedAt = host.clock.now();
  const start = async (): Promise<StartOutcome> =>
    (await gaveUpSince(host, verdict.uuid, askedAt)) ?? (await startAlone(host, home, verdict, timeoutS));
  try {
    return await host.exclusively(`start-${verdict.uuid}`, start, timeoutS);
  } catch (error) {
    const { kind, message } = toErrorInfo(error);
    host.log.error({ error, vm: verdict.name }, 'a start could not be carried out');
    if (kind !== 'busy') return { outcome: 'failed', reason: message };
    return { outcome: 'hung', reason: 'Another start of it is under way on this host.', stopped: false };
  }
}

/** The definition, or why it is none of `home` and of this cluster. */
export async function genuine(host: Host, home: string, bytes: Buffer): Promise<Definition | string> {
  const [key, config] = await Promise.all([host.clusterKey(), host.config()]);
  const verdict = decodeDefinition(bytes, key);
  if (verdict.state !== 'good') return verdict.cause;
  const { definition } = verdict;
  if (definition.host !== home) return `It is the definition of a VM of ${definition.host}, not of ${home}.`;
  if (definition.clusterId !== config?.clusterId) return 'It is the definition of a VM of another cluster.';
  return definition;
}

async function startAlone(
  host: Host,
  home: string,
  definition: Definition,
  timeoutS: number,
): Promise<StartOutcome> {
  const { uuid, name, memory, vcpus, content } = definition;
  const note: StartingVm = { uuid, name, memory, vcpus, since: host.clock.now() };
  // Nobody else starts it now, so one that has not ended was left alone by a program that died.
  const abandoned = (await startingVms(host)).some((one) => one.uuid === uuid && one.endedAt === undefined);
  await noteStarting(host, note);
  let outcome: StartOutcome | undefined;
  try {
    if (await runsHere(host, uuid)) {
      outcome = abandoned ? await comesUp(host, uuid, timeoutS) : { outcome: 'running' };
      if (outcome.outcome !== 'running') await tidyUp(host, home, definition, outcome);
      return outcome;
    }
    try {
      // At home its own definition is newer than any copy, and so are its NVRAM and TPM state.
      const ownHere = (await host.config())?.nodeName === home && (await isDefined(host, uuid));
      if (!ownHere) await withinClock(host.clock, host.hypervisor.define(uuid, content), prepareMs);
    } catch (error) {
      outcome = { outcome: 'failed', reason: reasonOf(error) };
      return outcome;
    }
    outcome = await startDefined(host, uuid, timeoutS);
    if (outcome.outcome === 'running' && definition.autostart) await keepAutostart(host, definition);
    if (outcome.outcome !== 'running') await tidyUp(host, home, definition, outcome);
    return outcome;
  } finally {
    const endedAt = host.clock.now();
    if (outcome === undefined) await forgetStarting(host, uuid);
    else if (outcome.outcome === 'running') await noteStarting(host, { ...note, endedAt });
    else await noteStarting(host, { ...note, endedAt, gaveUp: outcome });
  }
}

async function isDefined(host: Host, uuid: string): Promise<boolean> {
  const vms = await withinClock(host.clock, host.hypervisor.vms(), prepareMs);
  return vms.some((vm) => vm.uuid === uuid);
}

/** What it was at home it is here: started by vmcl when its host comes up. */
async function keepAutostart(host: Host, { uuid, name }: Definition): Promise<void> {
  try {
    await rememberAutostart(host, uuid, name);
  } catch (error) {
    host.log.warn({ error, vm: name }, 'that a VM starts with its host could not be noted');
  }
}

/** By the hypervisor's word and by its processes. Rejects if neither is certain. */
async function runsHere(host: Host, uuid: string): Promise<boolean> {
  const { hypervisor, clock } = host;
  const hasProcess = (await hypervisor.processes()).includes(uuid);
  let vm: VmRecord | undefined;
  try {
    const vms = await withinClock(
      clock,
      hypervisor.vms(),
      prepareMs,
      'libvirt does not answer on this host.',
    );
    vm = vms.find((each) => each.uuid === uuid);
  } catch (error) {
    if (hasProcess) return true;
    throw error;
  }
  if (vm?.incoming === true) {
    // Whoever has it started here knows that the host it was coming from is dead: what is here of it never runs.
    host.log.warn({ vm: vm.name }, 'a VM that was being received is dropped, to be started anew');
    await hypervisor.destroy(uuid);
    return false;
  }
  return hasProcess || (vm !== undefined && isActive(vm));
}

const startDefined = (host: Host, uuid: string, timeoutS: number): Promise<StartOutcome> =>
  supervised(host, uuid, timeoutS, (signal) => host.hypervisor.start(uuid, signal));

/** Its process is there; whether it will ever run, nobody is waiting to see. */
const comesUp = (host: Host, uuid: string, timeoutS: number): Promise<StartOutcome> =>
  supervised(host, uuid, timeoutS, (signal) => untilRunning(host, uuid, signal));

async function untilRunning(host: Host, uuid: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const vm = (await host.hypervisor.vms()).find((one) => one.uuid === uuid);
    if (vm?.state === 'running') return;
    if (!(await host.hypervisor.processes()).includes(uuid)) {
      throw new MinimeError({ kind: 'tool-failed', message: 'It ended before it ran.' });
    }
    await host.clock.sleep(lookEveryMs, signal);
  }
}

async function supervised(
  host: Host,
  uuid: string,
  timeoutS: number,
  begin: (signal: AbortSignal) => Promise<void>,
): Promise<StartOutcome> {
  const giveUp = new AbortController();
  const start = begin(giveUp.signal);
  try {
    await withinClock(host.clock, start, timeoutS * 1000);
    return { outcome: 'running' };
  } catch (error) {
    const hung = error instanceof MinimeError && error.kind === 'timeout';
    giveUp.abort();
    const stopped = await stop(host, uuid);
    const reason = hung ? `It did not start within ${timeoutS} s.` : reasonOf(error);
    if (stopped === true && !hung) return { outcome: 'failed', reason };
    const doubt = stopped === true ? '' : ` ${stopped}`;
    return { outcome: 'hung', reason: `${reason}${doubt}`, stopped: stopped === true };
  }
}

/** True if it is certain to be off, else why it is not. */
async function stop(host: Host, uuid: string): Promise<true | string> {
  try {
    await host.hypervisor.destroy(uuid);
    return true;
  } catch (error) {
    host.log.error({ error, uuid }, 'a VM whose start failed could not be stopped');
    return reasonOf(error);
  }
}

/** What did not start here must not stay known here: sync would take it for a VM of this host. At home it is one. */
async function tidyUp(
  host: Host,
  home: string,
  definition: Definition,
  outcome: StartOutcome,
): Promise<void> {
  const certain = outcome.outcome === 'failed' || (outcome.outcome === 'hung' && outcome.stopped);
  if (!certain || (await host.config())?.nodeName === home) return;
  try {
    await host.hypervisor.undefine(definition.uuid);
  } catch (error) {
    host.log.warn({ error, vm: definition.name }, 'a VM that did not start here is still defined here');
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = toErrorInfo(error);
  return cause === undefined ? message : `${message} ${cause}`;
}

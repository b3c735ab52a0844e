import { MinimeError } from '../../contract/errors.ts';
import type { HostCallParams } from '../../contract/hostProtocol.ts';
import { noteEvent } from '../history/note.ts';
import type { Host } from '../host.ts';
import type { EngineState } from '../ports/clusterEngine.ts';
import { isInNetwork, sameAddress } from './networks.ts';

/** Service addresses of the cluster, as the console asks for them. */

export async function addVirtualIp(host: Host, { spec, by }: HostCallParams<'virtualIp.add'>): Promise<void> {
  const state = requireQuorum(await host.engine.state());
  const { name, address, preferredHost } = spec;
  if (preferredHost !== undefined) requireMember(state, preferredHost);
  const twin = state.virtualIps.find((each) => each.name === name || sameAddress(each.address, address));
  if (twin !== undefined) throw taken(`${twin.address} is the virtual IP ${twin.name} already.`);
  await requireNetwork(host, spec);
  if (await host.machine.answersAt(address)) {
    throw taken(`Somebody answers at ${address} already.`);
  }
  await host.engine.addVirtualIp(spec);
  await note(host, by, name, `The virtual IP ${name} (${address}/${spec.prefixLength}) was added.`);
}

export async function moveVirtualIp(
  host: Host,
  { name, host: target, by }: HostCallParams<'virtualIp.move'>,
): Promise<void> {
  const state = requireQuorum(await host.engine.state());
  requireMember(state, target);
  if (state.members.some((member) => member.name === target && !member.online)) {
    throw new MinimeError({
      kind: 'conflict',
      host: target,
      message: `${target} is not in the cluster now, so the virtual IP ${name} was not moved there.`,
      remedy: `Choose another host, or start ${target} first.`,
    });
  }
  await host.engine.moveVirtualIp(name, target);
  await note(host, by, name, `The virtual IP ${name} was moved to ${target}.`);
}

export async function removeVirtualIp(
  host: Host,
  { name, by }: HostCallParams<'virtualIp.remove'>,
): Promise<void> {
  requireQuorum(await host.engine.state());
  await host.engine.removeVirtualIp(name);
  await note(host, by, name, `The virtual IP ${name} was removed.`);
}

async function note(host: Host, by: string | undefined, subject: string, text: string): Promise<void> {
  await noteEvent(host, {
    kind: 'virtual-ip',
    severity: 'info',
    subject,
    text,
    ...(by === undefined ? {} : { by }),
  });
}

function requireQuorum(state: EngineState): EngineState {
  if (state.engine === 'running' && state.quorate) return state;
  throw new MinimeError({
    kind: 'conflict',
    message: 'This host has no quorum: what it is told about virtual IPs has no effect.',
    remedy: 'Ask a host of the part of the cluster that has quorum.',
  });
}

function requireMember({ members }: EngineState, target: string): void {
  if (members.some(({ name }) => name === target)) return;
  throw new MinimeError({
    kind: 'not-found',
    message: `The cluster has no host ${target}.`,
    remedy: `Its hosts are ${members.map(({ name }) => name).join(', ')}.`,
  });
}

/** All hosts of a cluster are taken to have the same networks as this one. */
async function requireNetwork(
  host: Host,
  { address, prefixLength, networkCard }: HostCallParams<'virtualIp.add'>['spec'],
): Promise<void> {
  const networks = await host.machine.addresses();
  const own = networks.find((each) => sameAddress(each.address, address));
  if (own !== undefined) throw taken(`${address} is the address of this host itself, on ${own.card}.`);
  const cards = networks.filter(({ card }) => networkCard === undefined || card === networkCard);
  if (networkCard !== undefined && cards.length > 0) return;
  if (
    networkCard === undefined &&
    cards.some((each) => isInNetwork(address, each.address, each.prefixLength))
  ) {
    return;
  }
  throw new MinimeError({
    kind: 'invalid-input',
    message:
      networkCard === undefined
        ? `No network card of the host that was asked is in the network of ${address}/${prefixLength}.`
        : `The host that was asked has no network card ${networkCard} with an address.`,
    cause: `Its networks are ${networks.map((each) => `${each.address}/${each.prefixLength} on ${each.card}`).join(', ')}.`,
    remedy: 'Choose an address of one of these networks, or name the network card that is to carry it.',
  });
}

const taken = (message: string): MinimeError =>
  new MinimeError({ kind: 'conflict', message, remedy: 'Choose an address that is free.' });

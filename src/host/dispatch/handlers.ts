import {
  DISPATCH_PROTOCOL,
  type DispatchCallName,
  type DispatchCallParams,
  type DispatchCallResult,
} from '../../contract/dispatchProtocol.ts';
import { MinimeError } from '../../contract/errors.ts';
import { drillCheck } from '../drill/check.ts';
import { drillContents } from '../drill/contents.ts';
import { keepEvents, readJournal } from '../history/journal.ts';
import { getRecord, listRecords, storeRecord } from '../history/store.ts';
import { type Host, nodeNameOf } from '../host.ts';
import { moveTo } from '../moves/calls.ts';
import { isAwayFromHere, noteMoved } from '../moves/noteMoved.ts';
import { expectVm } from './expect.ts';
import { forgetVm } from './forget.ts';
import { secured } from './secured.ts';
import { startVm } from './startVm.ts';
import { surveyHost } from './survey.ts';

type Handlers = {
  [K in DispatchCallName]: (params: DispatchCallParams<K>) => Promise<DispatchCallResult<K>>;
};

/** What a host does for the others of its cluster, and for itself in the same words. */
export function dispatchHandlers(host: Host): Handlers {
  return {
    hello: async ({ protocol }) => {
      if (protocol !== DISPATCH_PROTOCOL) throw otherProtocol(protocol);
      return { host: await nodeNameOf(host) };
    },
    survey: () => surveyHost(host),
    'vm.start': (params) => startVm(host, params),
    'vm.ready': async ({ uuid }) => ({ agent: await host.hypervisor.agentAnswers(uuid) }),
    'vm.secured': ({ uuid }) => secured(host, uuid),
    'vm.expect': async (vm) => {
      await expectVm(host, vm);
      return { home: await isAwayFromHere(host, vm.uuid) };
    },
    'vm.moved': (vm) => noteMoved(host, vm),
    'vm.moveTo': (vm) => moveTo(host, vm),
    'vm.forget': (vm) => forgetVm(host, vm),
    'drill.contents': () => drillContents(host),
    'drill.check': (params) => drillCheck(host, params),
    'failover.record': async ({ record }) => {
      await storeRecord(host, record);
      return {};
    },
    'failover.list': async () => ({
      records: (await listRecords(host.paths)).map(({ id, times }) => ({
        id,
        ended: times.ended !== undefined,
      })),
    }),
    'failover.get': async ({ id }) => ({ record: await getRecord(host.paths, id) }),
    'events.note': async ({ events }) => {
      await keepEvents(host, events);
      return {};
    },
    'events.list': async () => ({ events: (await readJournal(host)).events }),
  };
}

const otherProtocol = (theirs: number): MinimeError =>
  new MinimeError({
    kind: 'protocol-mismatch',
    message: 'Two hosts of the cluster have host programs that do not understand each other.',
    cause: `This one speaks protocol ${DISPATCH_PROTOCOL}, the other ${theirs}.`,
    remedy: 'Update the host program of all hosts from the console.',
  });

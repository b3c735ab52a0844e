import type { Logger } from 'pino';
import type { HostView, LoadSample } from '../../../src/contract/consoleApi.ts';
import type { Sections } from '../../../src/contract/hostState.ts';
import type { HostEntry } from '../../../src/contract/inventory.ts';
import type { Clock } from '../clock.ts';
import type { EventHub } from '../events.ts';
import { unknownHost } from '../inventory/inventory.ts';
import { createLoadHistory, type LoadHistory } from '../load-history/loadHistory.ts';
import type { RemoteHost } from '../ssh/remoteHost.ts';
import type { HostLink } from './hostLink.ts';
import { createHostSession, type HostSession } from './hostSession.ts';
import { createThrottle } from './throttle.ts';

/** Load changes all the time on every host; more often than this nobody can read it. */
const LOAD_INTERVAL_MS = 1_000;

/** The sessions of all hosts in the inventory. Methods with a host id throw `not-found` for one that is not there. */
export interface Sessions {
  /** Opens a session for the host; it does not connect by itself. */
  open(entry: HostEntry): HostSession;
  close(hostId: string): void;
  get(hostId: string): HostSession;
  has(hostId: string): boolean;
  /** Looks for vmcl again on a host, if it is (still) in the inventory. */
  refreshIfThere(hostId: string): void;
  views(): HostView[];
  /** Hosts that commands can be run on now, by host id. */
  connected(): Map<string, RemoteHost>;
  loadSamples(hostId: string): LoadSample[];
  dispose(): void;
}

export interface SessionsOptions {
  openLink: (entry: HostEntry) => HostLink;
  consoleVersion: string;
  events: EventHub;
  clock: Clock;
  logger: Logger;
}

export function createSessions(options: SessionsOptions): Sessions {
  const { events, clock, logger, consoleVersion } = options;
  const open = new Map<string, { session: HostSession; history: LoadHistory }>();

  const loads = createThrottle<{ at: number; data: Sections['load'] }>(
    LOAD_INTERVAL_MS,
    (hostId, { at, data }) => {
      events.emit('host.section', { hostId, section: 'load', at, data });
    },
  );

  const find = (hostId: string) => {
    const found = open.get(hostId);
    if (found === undefined) throw unknownHost();
    return found;
  };

  const close = (hostId: string) => {
    open.get(hostId)?.session.disconnect();
    open.delete(hostId);
    loads.drop(hostId);
  };

  return {
    open(entry) {
      const hostId = entry.id;
      const history = createLoadHistory();
      const session: HostSession = createHostSession({
        entry,
        consoleVersion,
        clock,
        logger,
        link: options.openLink(entry),
        events: {
          onConnection(connection, lastHeardAt) {
            if (open.has(hostId)) events.emit('host.connection', { hostId, connection, lastHeardAt });
          },
          onSection(section, at, data) {
            if (!open.has(hostId)) return;
            if (section !== 'load') {
              events.emit('host.section', { hostId, section, at, data });
              return;
            }
            const load = data as Sections['load'];
            const { cpuPercent, memoryFree, memoryTotal } = load;
            history.add({ at, cpuPercent, memoryFree, memoryTotal });
            loads.push(hostId, { at, data: load });
          },
        },
      });
      open.set(hostId, { session, history });
      return session;
    },
    close,
    get: (hostId) => find(hostId).session,
    has: (hostId) => open.has(hostId),
    refreshIfThere: (hostId) => open.get(hostId)?.session.refresh(),
    views: () => [...open.values()].map(({ session }) => session.view()),
    connected() {
      const hosts = new Map<string, RemoteHost>();
      for (const [hostId, { session }] of open) {
        const remote = session.remoteIfConnected();
        if (remote !== null) hosts.set(hostId, remote);
      }
      return hosts;
    },
    loadSamples: (hostId) => find(hostId).history.samples(),
    dispose() {
      for (const hostId of [...open.keys()]) close(hostId);
      loads.dispose();
    },
  };
}

import type { ClusterReadiness, Snapshot } from '../../contract/consoleApi.ts';
import type { EmbeddedSite } from '../../contract/embedded.ts';
import type { ErrorInfo } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import type { SectionName, Sections } from '../../contract/hostState.ts';
import type { Connection, HostEntry, Prompt, Settings } from '../../contract/inventory.ts';
import type { Operation } from '../../contract/operation.ts';

export type HostSections = { [K in SectionName]: Record<string, Sections[K]> };

/**
 * What the core knows, laid out by kind and host id, so that a selector depends on just the parts it reads: a load
 * figure that moves does not wake what shows clusters.
 */
export interface ConsoleState {
  phase: 'starting' | 'ready' | 'failed';
  /** Why there is nothing to show, in phase `failed`. */
  startError: ErrorInfo | null;
  linkUp: boolean;
  /** Since when, by this page's clock, nothing on screen is being brought up to date. */
  linkLostAt: number | null;
  app: Snapshot['app'] | null;
  settings: Settings;
  hostIds: string[];
  entries: Record<string, HostEntry>;
  connections: Record<string, Connection>;
  lastHeardAt: Record<string, number | null>;
  sections: HostSections;
  /** Sections that did not fit their schema, by host id. */
  unreadable: Record<string, Finding>;
  prompts: Prompt[];
  /** Newest first. */
  operations: Operation[];
  /** What would happen if a host failed now, by cluster id. */
  readiness: Record<string, ClusterReadiness>;
  embedded: EmbeddedSite | null;
}

export const noSections = (): HostSections => ({
  system: {},
  load: {},
  vms: {},
  cluster: {},
  quorumDisks: {},
  policy: {},
  takeover: {},
  history: {},
});

export const initialState = (): ConsoleState => ({
  phase: 'starting',
  startError: null,
  linkUp: true,
  linkLostAt: null,
  app: null,
  settings: { theme: 'system' },
  hostIds: [],
  entries: {},
  connections: {},
  lastHeardAt: {},
  sections: noSections(),
  unreadable: {},
  prompts: [],
  operations: [],
  readiness: {},
  embedded: null,
});

import type { ConsoleEvent, HostView, Snapshot } from '../../contract/consoleApi.ts';
import { type SectionName, sectionNames, sectionSchemas } from '../../contract/hostState.ts';
import type { Operation } from '../../contract/operation.ts';
import { type ConsoleState, type HostSections, noSections } from './state.ts';

/** The state after a snapshot: what was known before is gone, except whether the link is up. */
export function applySnapshot(state: ConsoleState, snapshot: Snapshot): ConsoleState {
  const sections = noSections();
  const next: ConsoleState = {
    ...state,
    phase: 'ready',
    startError: null,
    app: snapshot.app,
    settings: snapshot.settings,
    hostIds: snapshot.hosts.map((view) => view.entry.id),
    entries: {},
    connections: {},
    lastHeardAt: {},
    sections,
    unreadable: {},
    prompts: snapshot.prompts,
    operations: snapshot.operations.toSorted(newestFirst),
    readiness: Object.fromEntries(snapshot.readiness.map((each) => [each.clusterId, each])),
    embedded: snapshot.embedded,
  };
  for (const view of snapshot.hosts) {
    const id = view.entry.id;
    next.entries[id] = view.entry;
    next.connections[id] = view.connection;
    next.lastHeardAt[id] = view.lastHeardAt;
    for (const name of sectionNames) setSection(sections, name, id, view.sections[name]);
  }
  return next;
}

/** The state after one event. Pure: the same state and event give the same answer. */
export function applyEvent(state: ConsoleState, event: ConsoleEvent): ConsoleState {
  switch (event.name) {
    case 'settings.changed':
      return { ...state, settings: event.data };
    case 'host.added':
      return addHost(state, event.data);
    case 'host.removed':
      return removeHost(state, event.data.hostId);
    case 'host.connection': {
      const { hostId, connection, lastHeardAt } = event.data;
      if (!(hostId in state.entries)) return state;
      // A bare host has nobody who would tell anything of it: what was told before is of what is not there any more.
      const known = connection.state === 'bare' ? withoutSections(state, hostId) : state;
      return {
        ...known,
        connections: { ...state.connections, [hostId]: connection },
        lastHeardAt: { ...state.lastHeardAt, [hostId]: lastHeardAt },
      };
    }
    case 'host.section':
      return takeSection(state, event.data.hostId, event.data.section, event.data.data);
    case 'prompt.opened': {
      const others = state.prompts.filter((prompt) => prompt.id !== event.data.id);
      return { ...state, prompts: [...others, event.data] };
    }
    case 'prompt.closed':
      return { ...state, prompts: state.prompts.filter((prompt) => prompt.id !== event.data.promptId) };
    case 'operation.changed': {
      const others = state.operations.filter((operation) => operation.id !== event.data.id);
      return { ...state, operations: [event.data, ...others].sort(newestFirst) };
    }
    case 'operation.step': {
      const { operationId, step } = event.data;
      return {
        ...state,
        operations: state.operations.map((operation) =>
          operation.id === operationId ? { ...operation, steps: withStep(operation.steps, step) } : operation,
        ),
      };
    }
    case 'operation.removed':
      return {
        ...state,
        operations: state.operations.filter((operation) => operation.id !== event.data.operationId),
      };
    case 'cluster.readiness':
      return { ...state, readiness: { ...state.readiness, [event.data.clusterId]: event.data } };
    case 'cluster.readinessRemoved':
      return { ...state, readiness: without(state.readiness, event.data.clusterId) };
    case 'embedded.changed':
      return { ...state, embedded: event.data.site };
  }
}

const newestFirst = (a: Operation, b: Operation) => b.startedAt - a.startedAt;

function withStep(steps: Operation['steps'], step: Operation['steps'][number]): Operation['steps'] {
  const index = steps.findIndex((known) => known.id === step.id && known.host === step.host);
  return index < 0 ? [...steps, step] : steps.with(index, step);
}

function addHost(state: ConsoleState, view: HostView): ConsoleState {
  const id = view.entry.id;
  const sections = { ...state.sections };
  for (const name of sectionNames) {
    if (view.sections[name] === undefined) continue;
    Object.assign(sections, { [name]: { ...sections[name] } });
    setSection(sections, name, id, view.sections[name]);
  }
  return {
    ...state,
    hostIds: state.hostIds.includes(id) ? state.hostIds : [...state.hostIds, id],
    entries: { ...state.entries, [id]: view.entry },
    connections: { ...state.connections, [id]: view.connection },
    lastHeardAt: { ...state.lastHeardAt, [id]: view.lastHeardAt },
    sections,
  };
}

function removeHost(state: ConsoleState, id: string): ConsoleState {
  return {
    ...withoutSections(state, id),
    hostIds: state.hostIds.filter((known) => known !== id),
    entries: without(state.entries, id),
    connections: without(state.connections, id),
    lastHeardAt: without(state.lastHeardAt, id),
    prompts: state.prompts.filter((prompt) => prompt.hostId !== id),
  };
}

function withoutSections(state: ConsoleState, id: string): ConsoleState {
  return {
    ...state,
    sections: {
      system: without(state.sections.system, id),
      load: without(state.sections.load, id),
      vms: without(state.sections.vms, id),
      cluster: without(state.sections.cluster, id),
      quorumDisks: without(state.sections.quorumDisks, id),
      policy: without(state.sections.policy, id),
      takeover: without(state.sections.takeover, id),
      history: without(state.sections.history, id),
    },
    unreadable: without(state.unreadable, id),
  };
}

/** A section comes as `unknown`; one that does not fit is told, and the last good one stays. */
function takeSection(state: ConsoleState, hostId: string, name: SectionName, data: unknown): ConsoleState {
  if (!(hostId in state.entries)) return state;
  const parsed = sectionSchemas[name].safeParse(data);
  if (!parsed.success) {
    const finding = {
      id: 'section-unreadable',
      severity: 'error' as const,
      subject: name,
      title: `What this host says about its ${name} cannot be read`,
      cause: parsed.error.issues[0]?.message ?? 'It does not fit the expected form.',
      remedy: 'Update the host program, so that it and the console are of the same version.',
    };
    return { ...state, unreadable: { ...state.unreadable, [hostId]: finding } };
  }
  return {
    ...state,
    sections: { ...state.sections, [name]: { ...state.sections[name], [hostId]: parsed.data } },
    unreadable: hostId in state.unreadable ? without(state.unreadable, hostId) : state.unreadable,
  };
}

function setSection(sections: HostSections, name: SectionName, id: string, data: unknown): void {
  if (data !== undefined) Object.assign(sections[name], { [id]: data });
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _removed, ...rest } = record;
  return rest;
}

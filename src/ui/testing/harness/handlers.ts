import type { Forecast, Snapshot } from '../../../contract/consoleApi.ts';
import { MinimeError } from '../../../contract/errors.ts';
import type { Operation } from '../../../contract/operation.ts';
import { type Policy, policySchema } from '../../../contract/policy.ts';
import {
  deploySteps,
  deviceInUse,
  ipmi,
  operation,
  plan,
  preflightFindings,
} from '../fixtures/deployment.ts';
import { rehearsed } from '../fixtures/drill.ts';
import { facts } from '../fixtures/facts.ts';
import { policySection } from '../fixtures/policy.ts';
import { records, runningRecord } from '../fixtures/takeovers.ts';
import type { Handlers, ScriptedBridge } from '../scriptedBridge.ts';
import { moveToNow } from './moveToNow.ts';

const names = ['kvm1', 'kvm2', 'kvm3'];

/** Answers of the scripted core that are enough to walk through every screen. `?fail=preflight` or `deploy` fails there. */
export function scriptedHandlers(snapshot: Snapshot, fail: string | null): Handlers {
  let runs = 0;
  return {
    'settings.set': (input, bridge) => {
      const settings = { ...snapshot.settings, ...input, theme: input.theme ?? snapshot.settings.theme };
      bridge.emit('settings.changed', settings);
      return settings;
    },
    'embedded.act': () => ({}),
    'hosts.loadHistory': () => ({
      samples: Array.from({ length: 1200 }, (_, index) => ({
        at: Date.now() - (1200 - index) * 3000,
        cpuPercent: 35 + 20 * Math.sin(index / 90) + 8 * Math.sin(index / 7),
        memoryFree: (60 + 12 * Math.sin(index / 200)) * 1024 ** 3,
        memoryTotal: 128 * 1024 ** 3,
      })),
    }),
    'prompts.answer': ({ promptId }, bridge) => {
      bridge.emit('prompt.closed', { promptId });
      return {};
    },
    'hosts.remove': ({ hostId }, bridge) => {
      bridge.emit('host.removed', { hostId });
      return {};
    },
    'history.get': ({ id }) => {
      const list = snapshot.hosts.some(({ sections }) => (sections.history?.carriedOn.length ?? 0) > 0)
        ? [runningRecord(), ...records()]
        : records();
      const record = list.find((known) => known.id === id);
      if (record === undefined)
        throw new MinimeError({ kind: 'not-found', message: 'No host has this record.' });
      return { record: moveToNow(record) };
    },
    'takeover.confirmFenced': () => ({}),
    'drill.rehearse': ({ target }) => rehearsed(target),
    'notifications.set': ({ revision }) => ({ revision: revision + 1 }),
    'notifications.test': () => ({
      hosts: [
        { host: 'kvm1', deliveries: { email: { state: 'sent' }, webhook: { state: 'sent' } } },
        {
          host: 'kvm2',
          deliveries: {
            email: { state: 'failed', reason: 'sendmail is not installed on this host.' },
            webhook: { state: 'sent' },
          },
        },
      ],
    }),
    'virtualIp.add': () => ({}),
    'virtualIp.move': () => ({}),
    'virtualIp.remove': () => ({}),
    'maintenance.enter': () => ({}),
    'maintenance.leave': () => ({}),
    'failback.start': () => ({}),
    'moves.cancel': () => ({}),
    'policy.forecast': async ({ policy, failed: hosts }) =>
      await forecast(snapshot, policySchema.parse(policy), hosts),
    'policy.set': ({ policy }, bridge) => {
      const next = { ...policySchema.parse(policy), revision: policy.revision + 1 };
      const section = policySection(next, { editedAt: Date.now(), editedBy: 'you' });
      setTimeout(() => {
        for (const { entry } of snapshot.hosts) {
          bridge.emit('host.section', { hostId: entry.id, section: 'policy', at: Date.now(), data: section });
        }
      }, 300);
      return { revision: next.revision };
    },
    'deploy.facts': ({ hostIds }) => ({
      hosts: hostIds.map((id) => ({ ...facts(Number(id.slice(-1))), hostId: id })),
      errors: [],
    }),
    'deploy.fenceAgent': () => ipmi,
    'deploy.preflight': (_spec, bridge) => {
      const started = operation({
        id: 'preflight',
        kind: 'preflight',
        title: 'Preflight',
        startedAt: Date.now(),
      });
      bridge.emit('operation.changed', started);
      setTimeout(() => {
        const findings = [...preflightFindings(names), ...(fail === 'preflight' ? [deviceInUse] : [])];
        bridge.emit('operation.changed', { ...started, state: 'done', endedAt: Date.now(), findings });
      }, 100);
      return { operationId: 'preflight' };
    },
    'deploy.plan': (spec) => plan(spec),
    'deploy.run': (_input, bridge) => {
      runs += 1;
      const id = `deploy-${runs}`;
      void play(bridge, operation({ id, startedAt: Date.now(), steps: deploySteps(names) }), fail);
      return { operationId: id };
    },
    'deploy.verify': (_input, bridge) => {
      const verify = operation({
        id: 'verify',
        kind: 'verify',
        title: 'Verify cluster1',
        startedAt: Date.now(),
      });
      bridge.emit('operation.changed', { ...verify, state: 'done', findings: preflightFindings(names) });
      return { operationId: 'verify' };
    },
  };
}

/** The hosts of a snapshot as text: made once, since it is large and none of the page's own work. */
let hostsText: string | null = null;

/** Worked out outside of the page, as the core would, so that the page's own work can be measured. */
async function forecast(snapshot: Snapshot, policy: Policy, failed: string[]): Promise<Forecast> {
  hostsText ??= JSON.stringify(snapshot.hosts.map(({ sections }) => ({ sections })));
  const body = `{"snapshot":{"hosts":${hostsText}},"policy":${JSON.stringify(policy)},"failed":${JSON.stringify(failed)}}`;
  const answer = await fetch('/forecast', { method: 'POST', body });
  return (await answer.json()) as Forecast;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Plays a deployment step by step. With `hold` it stays in the middle, to be looked at. */
async function play(bridge: ScriptedBridge, started: Operation, fail: string | null): Promise<void> {
  bridge.emit('operation.changed', started);
  const done: Operation['steps'] = [];
  for (const [index, step] of started.steps.entries()) {
    const running = { ...step, state: 'running' as const, detail: 'Setting up corosync (3.1.7-1) …' };
    bridge.emit('operation.step', { operationId: started.id, step: running });
    await pause(10);
    if (fail === 'hold' && index === 9) return;
    if (fail === 'deploy' && index === 9) {
      const error = {
        kind: 'storage' as const,
        message: 'The quorum disk of kvm2 could not be formatted.',
        host: 'kvm2',
        cause: 'mkfs.ext4: Device or resource busy while setting up superblock.',
        remedy:
          'See with "lsof" or "dmsetup ls" what holds the device, release it, then run the deployment again.',
        details:
          'exit status 1\n/dev/sdc is apparently in use by the system; will not make a filesystem here!',
      };
      const failed = { ...step, state: 'failed' as const, error };
      const rest = started.steps.slice(index + 1).map((left) => ({ ...left, state: 'cancelled' as const }));
      bridge.emit('operation.changed', {
        ...started,
        state: 'failed',
        endedAt: Date.now(),
        steps: [...done, failed, ...rest],
        error,
      });
      return;
    }
    done.push({ ...step, state: 'done' });
    bridge.emit('operation.step', { operationId: started.id, step: { ...step, state: 'done' } });
  }
  bridge.emit('operation.changed', { ...started, state: 'done', endedAt: Date.now(), steps: done });
}

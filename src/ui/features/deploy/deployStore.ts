import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DeploymentPlan, DeploymentSpec, FenceAgent, HostFacts } from '../../../contract/deployment.ts';
import type { ErrorInfo } from '../../../contract/errors.ts';
import { type DeployDraft, emptyDraft } from './draft.ts';
import type { InputStep } from './toSpec.ts';

export const wizardSteps = [
  'hosts',
  'network',
  'storage',
  'fencing',
  'preflight',
  'review',
  'deploy',
  'verify',
] as const;
export type WizardStep = (typeof wizardSteps)[number];

export interface DeployState {
  step: WizardStep;
  draft: DeployDraft;
  /** Of the chosen hosts, by inventory id. */
  facts: Record<string, HostFacts>;
  factErrors: ErrorInfo[];
  agent: FenceAgent | null;
  /** Steps whose problems are shown, since the admin wanted to go on from there. */
  attempted: InputStep[];
  /** The check of exactly the specification that `spec` names. */
  preflight: { operationId: string; spec: string } | null;
  plan: { plan: DeploymentPlan; spec: string } | null;
  runId: string | null;
  /** The admin has seen what is overwritten. */
  acceptsLoss: boolean;
}

export type DeployStore = StoreApi<DeployState>;

const fresh = (): DeployState => ({
  step: 'hosts',
  draft: emptyDraft(),
  facts: {},
  factErrors: [],
  agent: null,
  attempted: [],
  preflight: null,
  plan: null,
  runId: null,
  acceptsLoss: false,
});

/** Tells specifications apart, so that a check or a plan is never taken for that of another one. */
export const specKey = (spec: DeploymentSpec): string => JSON.stringify(spec);

const ITEM = 'minime-deploy';

const savedSchema = z.object({
  step: z.enum(wizardSteps),
  draft: z.record(z.string(), z.unknown()),
  runId: z.string().nullable(),
});

/** The wizard's state. A reload of the page keeps it, but for what may be secret: the parameters of fence agents. */
export function createDeployStore(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): DeployStore {
  const store = createStore<DeployState>(() => ({ ...fresh(), ...readSaved(storage.getItem(ITEM)) }));
  store.subscribe(({ step, draft, runId }) => {
    const harmless = { ...draft, agentShared: {}, agentPerHost: {} };
    storage.setItem(ITEM, JSON.stringify({ step, draft: harmless, runId }));
  });
  return store;
}

export function restartWizard(store: DeployStore): void {
  store.setState(fresh());
}

function readSaved(text: string | null): Partial<DeployState> {
  if (text === null) return {};
  try {
    const { step, draft, runId } = savedSchema.parse(JSON.parse(text));
    // The check and the plan are not kept: both are had again in seconds, and hosts may have changed.
    const resumed = step === 'review' || (step === 'deploy' && runId === null) ? 'preflight' : step;
    return { step: resumed, draft: { ...emptyDraft(), ...draft } as DeployDraft, runId };
  } catch {
    // Left by another version: begin anew.
    return {};
  }
}

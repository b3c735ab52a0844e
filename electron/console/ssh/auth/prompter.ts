import type { Prompt, PromptAnswer } from '../../../../src/contract/inventory.ts';

/** The contract's prompts without what only the inventory knows (`id`, `hostId`). */
export type HostKeyQuestion = Omit<Extract<Prompt, { kind: 'host-key' }>, 'id' | 'hostId'>;
export type SecretQuestion = Omit<Extract<Prompt, { kind: 'secret' }>, 'id' | 'hostId'>;

export type HostKeyAnswer = Extract<PromptAnswer, { kind: 'host-key' | 'cancel' }>;
export type SecretAnswer = Extract<PromptAnswer, { kind: 'secret' | 'cancel' }>;

/** Asks the admin. When `signal` aborts, the question is withdrawn and the promise may settle in any way. */
export interface Prompter {
  hostKey(question: HostKeyQuestion, signal: AbortSignal): Promise<HostKeyAnswer>;
  secret(question: SecretQuestion, signal: AbortSignal): Promise<SecretAnswer>;
}

/** Encrypted storage for secrets the admin wants kept. Names are stable and hold no secret. */
export interface SecretStore {
  get(name: string): Promise<string | null>;
  set(name: string, secret: string): Promise<void>;
  delete(name: string): Promise<void>;
}

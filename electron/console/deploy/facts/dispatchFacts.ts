import { hostPaths } from '../../../../src/contract/manifest.ts';
import type { Probe } from './probe.ts';

/** Key pairs that a host makes for itself: one to ask others with, one to be known by. Private keys stay there. */
export const dispatchKeyPaths = {
  client: `${hostPaths.dispatch}/id_ed25519`,
  host: `${hostPaths.dispatch}/host_key`,
} as const;
export type DispatchKey = keyof typeof dispatchKeyPaths;

export interface DispatchFacts {
  /** Public halves as `ssh-ed25519 BASE64`; null as long as there is no sound pair. */
  keys: Record<DispatchKey, string | null>;
  /** Root has a locked password, as where an administrator works with sudo: sshd then lets root in by way of PAM only. */
  rootLocked: boolean;
}

export async function dispatchFacts(probe: Probe): Promise<DispatchFacts> {
  const [client, host, shadow] = await Promise.all([
    publicKey(probe, dispatchKeyPaths.client),
    publicKey(probe, dispatchKeyPaths.host),
    probe.exec('getent', 'shadow', 'root'),
  ]);
  return { keys: { client, host }, rootLocked: /^root:!/.test(shadow.stdout) };
}

/**
 * The public half, derived from the private one on the host. Null also if others can read the private key, which ssh-keygen
 * refuses, or if the file beside it does not hold the same.
 */
export async function publicKey(probe: Probe, path: string): Promise<string | null> {
  const [derived, beside] = await Promise.all([
    probe.exec('ssh-keygen', '-y', '-P', '', '-f', path),
    probe.text(`${path}.pub`),
  ]);
  const key = derived.code === 0 ? keyIn(derived.stdout) : null;
  return key !== null && key === keyIn(beside ?? '') ? key : null;
}

/** Goes into files of other hosts, so nothing but a key may pass. */
function keyIn(text: string): string | null {
  return /^ssh-ed25519 [A-Za-z0-9+/]{68}(?=\s|$)/.exec(text)?.[0] ?? null;
}

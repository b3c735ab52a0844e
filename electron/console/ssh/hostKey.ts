import { MinimeError } from '../../../src/contract/errors.ts';
import type { Prompter } from './auth/prompter.ts';
import { appendKnownHost } from './knownHosts/files.ts';
import { fingerprint, knownHostName, typeOfKey } from './knownHosts/parse.ts';
import type { HostKeyRefused } from './login.ts';
import type { SshTarget } from './target.ts';

/**
 * First contact: shows the fingerprint, and files the key if the admin accepts it. Rejects with `host-key-unknown` if
 * they do not, and with `host-key-changed` for a host that is known by another key: that is never a question.
 */
export async function settleHostKey(
  target: SshTarget,
  refused: HostKeyRefused,
  prompter: Prompter,
  signal: AbortSignal,
): Promise<void> {
  const { verdict, key } = refused;
  if (verdict.kind !== 'unknown') throw hostKeyChanged(target, refused);
  const keyType = typeOfKey(key) ?? 'unknown';
  const answer = await prompter.hostKey(
    { kind: 'host-key', host: target.label, keyType, fingerprint: fingerprint(key) },
    signal,
  );
  if (signal.aborted || answer.kind === 'cancel' || !answer.accept) {
    throw new MinimeError({
      kind: 'host-key-unknown',
      host: target.label,
      message: `The host key of ${target.label} was not accepted.`,
      cause: `It showed ${keyType} ${fingerprint(key)}, which is not in known_hosts.`,
      remedy:
        'Compare the fingerprint with what `ssh-keygen -lf` prints on the host for its key, then connect again.',
    });
  }
  const file = target.knownHosts[0];
  if (file === undefined) return;
  const host = { name: target.hostKeyAlias ?? target.hostname, port: target.port };
  await appendKnownHost(file, host, key, { hashed: target.hashKnownHosts });
}

function hostKeyChanged(target: SshTarget, { verdict, key }: HostKeyRefused): MinimeError {
  const name = knownHostName(target.hostKeyAlias ?? target.hostname, target.port);
  const shown = `${typeOfKey(key)} ${fingerprint(key)}`;
  if (verdict.kind === 'unknown') throw new Error('an unknown key has not changed');
  const { file, line, keyType, key: filed } = verdict.entry;
  const why = {
    changed: `${file}, line ${line}, has ${keyType} ${fingerprint(filed)}; the host showed ${shown}.`,
    'other-type': `${file}, line ${line}, has ${keyType} ${fingerprint(filed)}; the host showed only ${shown}.`,
    revoked: `${file}, line ${line}, marks this key (${shown}) as revoked.`,
  }[verdict.kind];
  return new MinimeError({
    kind: 'host-key-changed',
    host: target.label,
    message: `The host key of ${target.label} is not the one that is known: somebody may be impersonating the host.`,
    cause: why,
    remedy:
      verdict.kind === 'revoked'
        ? `Do not connect. Give the host a new key, then remove the line with the @revoked mark if it was a mistake.`
        : `If the host was reinstalled, make sure of it, then run: ssh-keygen -R '${name}' -f '${file}'`,
  });
}

import type { Logger } from 'pino';
import type ssh2 from 'ssh2';
import type { Identity, SshTarget } from '../target.ts';
import { agentKeys, agentSigner, openAgent, type Signer } from './agent.ts';
import { decryptKey, type KeyFile, readKeyFile } from './keyFile.ts';

/** One key that can be tried. */
export interface KeyCandidate {
  /** For "what was tried": the file, or the agent's comment. */
  label: string;
  /** Null if it turns out that the key cannot be had (passphrase not given). */
  publicKey: () => Promise<ssh2.ParsedKey | null>;
  sign: Signer;
}

/** Gets the decrypted key of a file, asking the admin; null if they leave it out or are wrong too often. */
export type Unlock = (
  path: string,
  decrypt: (passphrase: string) => ssh2.ParsedKey | null,
) => Promise<ssh2.ParsedKey | null>;

interface Found {
  file: KeyFile;
  origin: Identity['origin'];
}

/**
 * The keys in the order they are tried. As ssh does it: a key file whose key the agent holds is used through the agent;
 * agent keys come before the files that it does not hold. A file entered for this host goes before everything.
 */
export async function keyCandidates(
  target: SshTarget,
  unlock: Unlock,
  logger: Logger,
): Promise<{ candidates: KeyCandidate[]; unusable: string[] }> {
  const unusable: string[] = [];
  const found: Found[] = [];
  for (const identity of target.identities) {
    const file = await readKeyFile(identity.path);
    if (file?.state === 'unusable') unusable.push(`${file.path}: ${file.reason}`);
    else if (file !== null) found.push({ file, origin: identity.origin });
    else if (identity.origin === 'entered') unusable.push(`${identity.path}: there is no such file`);
  }
  const agent = target.agent === null ? null : openAgent(target.agent);
  const held = agent === null ? [] : await heldKeys(agent, unusable, logger);
  const inAgent = (key: ssh2.ParsedKey | null) => held.find((each) => key !== null && sameKey(each, key));

  const entered = found.filter((each) => each.origin === 'entered');
  const others = found.filter((each) => each.origin !== 'entered');
  const listed = others.map((each) => inAgent(publicHalf(each.file))).filter((key) => key !== undefined);
  const unlisted = held.filter((key) => !found.some((each) => inAgent(publicHalf(each.file)) === key));

  const throughAgent = (key: ssh2.ParsedKey): KeyCandidate[] =>
    agent === null ? [] : [agentCandidate(agent, key)];
  const fromFile = (each: Found): KeyCandidate[] => {
    const key = inAgent(publicHalf(each.file));
    return key === undefined ? fileCandidate(each.file, unlock) : throughAgent(key);
  };
  return {
    unusable,
    candidates: [
      ...entered.flatMap(fromFile),
      ...listed.flatMap(throughAgent),
      ...(target.identitiesOnly ? [] : unlisted.flatMap(throughAgent)),
      ...others.filter((each) => inAgent(publicHalf(each.file)) === undefined).flatMap(fromFile),
    ],
  };
}

async function heldKeys(
  agent: ssh2.BaseAgent,
  unusable: string[],
  logger: Logger,
): Promise<ssh2.ParsedKey[]> {
  try {
    return await agentKeys(agent);
  } catch (error) {
    logger.warn({ err: error }, 'the SSH agent cannot be used');
    unusable.push(`SSH agent: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

function agentCandidate(agent: ssh2.BaseAgent, key: ssh2.ParsedKey): KeyCandidate {
  return {
    label: `agent key ${key.comment === '' ? key.type : key.comment}`,
    publicKey: async () => key,
    sign: agentSigner(agent, key),
  };
}

function fileCandidate(file: KeyFile, unlock: Unlock): KeyCandidate[] {
  if (file.state === 'unusable') return [];
  const label = `key file ${file.path}`;
  if (file.state === 'ready') {
    const { privateKey } = file;
    return [
      { label, publicKey: async () => privateKey, sign: async (data, hash) => privateKey.sign(data, hash) },
    ];
  }
  let unlocked: Promise<ssh2.ParsedKey | null> | null = null;
  const privateKey = () => {
    unlocked ??= unlock(file.path, (passphrase) => decryptKey(file.data, passphrase));
    return unlocked;
  };
  return [
    {
      label,
      publicKey: async () => file.publicKey ?? (await privateKey()),
      sign: async (data, hash) => {
        const key = await privateKey();
        if (key === null) throw new Error(`The passphrase of ${file.path} was not given.`);
        return key.sign(data, hash);
      },
    },
  ];
}

function publicHalf(file: KeyFile): ssh2.ParsedKey | null {
  if (file.state === 'ready') return file.privateKey;
  return file.state === 'encrypted' ? file.publicKey : null;
}

function sameKey(one: ssh2.ParsedKey, other: ssh2.ParsedKey): boolean {
  return one.getPublicSSH().equals(other.getPublicSSH());
}

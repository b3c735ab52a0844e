import ssh2 from 'ssh2';

/** Milliseconds an agent may take to list its keys: one that hangs must not keep the other methods from being tried. */
const LIST_TIMEOUT = 5_000;

/** The agent's keys in its order. Rejects if it cannot be reached or does not answer. */
export function agentKeys(agent: ssh2.BaseAgent): Promise<ssh2.ParsedKey[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The SSH agent does not answer.')), LIST_TIMEOUT);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error != null) reject(error);
      else resolve((keys ?? []) as ssh2.ParsedKey[]);
    });
  });
}

export function openAgent(path: string): ssh2.BaseAgent {
  return ssh2.createAgent(path) as ssh2.BaseAgent;
}

/** Signs with a private key that is only fetched (asked for, decrypted) once the server has accepted its public half. */
export type Signer = (data: Buffer, hash: string | undefined) => Promise<Buffer>;

/**
 * Presents exactly one key to ssh2. ssh2 signs with key files at once and synchronously; its agent interface is the only
 * one that lets the passphrase be asked late, and that keeps keys in an order of our own.
 */
export class SingleKeyAgent extends ssh2.BaseAgent<ssh2.ParsedKey> {
  readonly #key: ssh2.ParsedKey;
  readonly #sign: Signer;

  constructor(key: ssh2.ParsedKey, sign: Signer) {
    super();
    this.#key = key;
    this.#sign = sign;
  }

  override getIdentities(callback: (error: Error | undefined, keys?: ssh2.ParsedKey[]) => void): void {
    callback(undefined, [this.#key]);
  }

  override sign(
    _key: unknown,
    data: Buffer,
    options: { hash?: string } | ssh2.SignCallback,
    callback?: ssh2.SignCallback,
  ): void {
    const done = typeof options === 'function' ? options : callback;
    const hash = typeof options === 'function' ? undefined : options.hash;
    if (done !== undefined) void this.#answer(data, hash, done);
  }

  async #answer(data: Buffer, hash: string | undefined, done: ssh2.SignCallback): Promise<void> {
    let signature: Buffer;
    try {
      signature = await this.#sign(data, hash);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    done(undefined, signature);
  }
}

export function agentSigner(agent: ssh2.BaseAgent, key: ssh2.ParsedKey): Signer {
  return (data, hash) =>
    new Promise((resolve, reject) => {
      agent.sign(key, data, hash === undefined ? {} : { hash: hash as 'sha256' }, (error, signature) => {
        if (error != null || signature === undefined)
          reject(error ?? new Error('The SSH agent did not sign.'));
        else resolve(signature);
      });
    });
}

import { createHash } from 'node:crypto';
import { MinimeError } from '../../../../src/contract/errors.ts';
import type { ExecOptions, ExecResult, RemoteHost, RemoteStream } from '../../ssh/remoteHost.ts';

type Answer = Partial<ExecResult> | Promise<Partial<ExecResult>>;

/** A host made of files in memory and a function that answers commands. What is not answered succeeds silently. */
export class ScriptedHost implements RemoteHost {
  readonly label: string;
  readonly files = new Map<string, { content: Buffer; mode: string }>();
  readonly commands: string[] = [];
  answer: (argv: readonly string[], options: ExecOptions) => Answer | undefined = () => undefined;

  constructor(label: string) {
    this.label = label;
  }

  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    if (options.signal?.aborted) throw cancelled(this.label);
    this.commands.push(argv.join(' '));
    const answer = await (this.answer(argv, options) ?? this.#builtIn(argv) ?? {});
    return { code: 0, stdout: '', stderr: '', ...answer };
  }

  async run(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const result = await this.exec(argv, options);
    if (result.code === 0) return result;
    throw new MinimeError({
      kind: 'tool-failed',
      host: this.label,
      message: `${argv[0] ?? ''} failed.`,
      details: result.stderr,
    });
  }

  writeFile(path: string, content: string | Buffer, options: { mode: string }): Promise<void> {
    this.files.set(path, { content: Buffer.from(content), mode: options.mode });
    return Promise.resolve();
  }

  readFile(path: string): Promise<Buffer | null> {
    return Promise.resolve(this.files.get(path)?.content ?? null);
  }

  openStream(): Promise<RemoteStream> {
    return Promise.reject(
      new MinimeError({ kind: 'unsupported', message: 'A scripted host has no streams.' }),
    );
  }

  #builtIn(argv: readonly string[]): Partial<ExecResult> | undefined {
    const file = this.files.get(argv.at(-1) ?? '');
    if (argv[0] === 'stat') {
      return file === undefined
        ? { code: 1 }
        : { stdout: `${Number.parseInt(file.mode, 8).toString(8)} root root regular file\n` };
    }
    if (argv[0] === 'sha256sum' && file !== undefined) return { stdout: sha256(file.content) };
    return undefined;
  }
}

function cancelled(host: string): MinimeError {
  return new MinimeError({ kind: 'cancelled', host, message: 'The operation was cancelled.' });
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

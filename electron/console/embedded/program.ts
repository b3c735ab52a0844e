import { Worker } from 'node:worker_threads';
import {
  createMessageConnection,
  type MessageConnection,
  PortMessageReader,
  PortMessageWriter,
  ResponseError,
} from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import {
  type EmbeddedProgramCall,
  type EmbeddedProgramParams,
  type EmbeddedProgramResult,
  embeddedProgramCalls,
  embeddedProgramEvents,
} from '../../../src/contract/embeddedProtocol.ts';
import { errorInfoSchema, MinimeError } from '../../../src/contract/errors.ts';

/** The program that runs the embedded hosts, apart from whatever it runs in. */
export interface EmbeddedProgram {
  connection: MessageConnection;
  /** Calls if it ends without having been ended. */
  onEnd(listener: (reason: string) => void): void;
  /** At once, in whatever state it is. */
  end(): Promise<void>;
}

export type LaunchEmbedded = () => EmbeddedProgram;

/** As a thread of its own: its work does not hold up the console's. */
export function launchWorker(path: string): EmbeddedProgram {
  const worker = new Worker(path, { name: 'minime-embedded' });
  let ended = false;
  let listener: (reason: string) => void = () => undefined;
  const over = (reason: string): void => {
    if (!ended) listener(reason);
    ended = true;
  };
  worker.on('error', (error) => over(error.stack ?? error.message));
  worker.on('exit', (code) => over(`It ended with exit code ${code}.`));
  return {
    connection: createMessageConnection(new PortMessageReader(worker), new PortMessageWriter(worker)),
    onEnd: (call) => {
      listener = call;
    },
    async end() {
      ended = true;
      await worker.terminate();
    },
  };
}

type Events = {
  [K in keyof typeof embeddedProgramEvents]: (data: z.infer<(typeof embeddedProgramEvents)[K]>) => void;
};

/** A program that was launched, as one that can be asked. */
export class EmbeddedClient {
  readonly #program: EmbeddedProgram;
  readonly #lost: Promise<never>;

  constructor(program: EmbeddedProgram, events: Events & { onLost: (error: MinimeError) => void }) {
    this.#program = program;
    const { connection } = program;
    for (const name of Object.keys(embeddedProgramEvents) as (keyof Events)[]) {
      const take = events[name] as (data: unknown) => void;
      connection.onNotification(name, (data: unknown) => take(embeddedProgramEvents[name].parse(data)));
    }
    this.#lost = new Promise((_resolve, reject) => {
      program.onEnd((reason) => {
        const error = new MinimeError({
          kind: 'internal',
          message: 'The program of the embedded cluster has ended.',
          remedy: 'Start the embedded cluster again; copy the details and report them.',
          details: reason,
        });
        reject(error);
        events.onLost(error);
      });
    });
    this.#lost.catch(() => undefined);
    connection.listen();
  }

  async call<K extends EmbeddedProgramCall>(
    name: K,
    params: EmbeddedProgramParams<K>,
  ): Promise<EmbeddedProgramResult<K>> {
    try {
      const answer: unknown = await Promise.race([
        this.#program.connection.sendRequest(name, params),
        this.#lost,
      ]);
      return embeddedProgramCalls[name].result.parse(answer) as EmbeddedProgramResult<K>;
    } catch (error) {
      const info = error instanceof ResponseError ? errorInfoSchema.safeParse(error.data) : undefined;
      if (info?.success === true) throw new MinimeError(info.data, { cause: error });
      throw error;
    }
  }

  async end(): Promise<void> {
    await this.#program.end();
    this.#program.connection.dispose();
  }
}

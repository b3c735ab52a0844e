import { type MessageConnection, ResponseError } from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import {
  type EmbeddedProgramCall,
  type EmbeddedProgramParams,
  type EmbeddedProgramResult,
  embeddedProgramCalls,
  type embeddedProgramEvents,
} from '../contract/embeddedProtocol.ts';
import { MinimeError, toErrorInfo } from '../contract/errors.ts';
import { designSite } from './site/design.ts';
import { Site } from './site/site.ts';

type Handlers = {
  [K in EmbeddedProgramCall]: (params: EmbeddedProgramParams<K>) => Promise<EmbeddedProgramResult<K>>;
};

/** Of the range that JSON-RPC leaves to servers; what kind of error it is stands in `data`. */
const errorCode = -32000;

/** Answers the console core on a connection until it is told to stop; resolves then. */
export async function runEmbeddedProgram(connection: MessageConnection): Promise<void> {
  let site: Site | undefined;
  let listening = true;
  const tell = <K extends keyof typeof embeddedProgramEvents>(
    name: K,
    data: z.infer<(typeof embeddedProgramEvents)[K]>,
  ): void => {
    if (listening) void connection.sendNotification(name, data).catch(() => undefined);
  };
  const started = (): Site => {
    if (site !== undefined) return site;
    throw new MinimeError({ kind: 'conflict', message: 'The embedded cluster is not started.' });
  };
  const stopped = new Promise<void>((resolve) => {
    const handlers: Handlers = {
      async start({ folder, version, authorizedKey, options }) {
        site = await Site.open({
          folder,
          version,
          authorizedKey,
          design: () => designSite(options),
          onReport: (report) => tell('report', report),
          onServer: (server) => tell('server', server),
          log: (level, fields, message) => tell('log', { level, fields: plain(fields), message }),
        });
        return await site.start();
      },
      async act({ action }) {
        await started().act(action);
        return {};
      },
      async stop() {
        await site?.stop();
        listening = false;
        resolve();
        return {};
      },
    };
    for (const name of Object.keys(handlers) as EmbeddedProgramCall[]) {
      // Each of them takes the parameters that the schema of its own name gives.
      const handle = handlers[name] as (params: unknown) => Promise<unknown>;
      connection.onRequest(name, async (params: unknown) => {
        try {
          return await handle(embeddedProgramCalls[name].params.parse(params));
        } catch (error) {
          const info = toErrorInfo(error);
          return new ResponseError(errorCode, info.message, info);
        }
      });
    }
    connection.onClose(() => {
      listening = false;
      resolve();
    });
    connection.listen();
  });
  await stopped;
}

/** Errors do not survive the way as they are. */
function plain(fields: object): unknown {
  return JSON.parse(
    JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? toErrorInfo(value) : value)),
  );
}

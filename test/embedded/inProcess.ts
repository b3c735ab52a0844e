import { MessageChannel } from 'node:worker_threads';
import { createMessageConnection, PortMessageReader, PortMessageWriter } from 'vscode-jsonrpc/node';
import type { EmbeddedProgram } from '../../electron/console/embedded/program.ts';
import { runEmbeddedProgram } from '../../src/embedded/program.ts';

/** The program of the embedded hosts in this very thread, so that no build is needed. */
export function launchInProcess(): EmbeddedProgram {
  const { port1, port2 } = new MessageChannel();
  void runEmbeddedProgram(
    createMessageConnection(new PortMessageReader(port2), new PortMessageWriter(port2)),
  );
  return {
    connection: createMessageConnection(new PortMessageReader(port1), new PortMessageWriter(port1)),
    onEnd: () => undefined,
    async end() {
      port1.close();
      port2.close();
    },
  };
}

import { parentPort } from 'node:worker_threads';
import { createMessageConnection, PortMessageReader, PortMessageWriter } from 'vscode-jsonrpc/node';
import { runEmbeddedProgram } from './program.ts';

/** The program of the embedded hosts, as a worker thread of the console. */
if (parentPort === null) throw new Error('This program runs only as a worker of the console.');
void runEmbeddedProgram(
  createMessageConnection(new PortMessageReader(parentPort), new PortMessageWriter(parentPort)),
);

import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { runEmbeddedProgram } from '../../../src/embedded/program.ts';

/** The embedded hosts in a process of their own, so that the console's figures are the console's alone. */
process.on('disconnect', () => process.exit());
void runEmbeddedProgram(
  createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process)),
);

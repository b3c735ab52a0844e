import type { Command } from 'commander';
import type { Host } from '../host.ts';
import { runMoves } from '../moves/mover.ts';
import { shutDownHost } from '../moves/shutdown.ts';
import { exitCodes } from './exitCodes.ts';
import { untilStopped } from './untilStopped.ts';

/** Moving VMs, and what becomes of them in a shutdown: both run by systemd. */
export function addMoveCommands(program: Command, host: Host, finish: (exitCode: number) => void): void {
  program
    .command('move')
    .description('move VMs as this host was asked to; stopping it cancels what is under way')
    .action(async () => {
      const left = await untilStopped((signal) => runMoves(host, signal));
      finish(left === 0 ? exitCodes.done : exitCodes.partly);
    });
  program
    .command('shutdown')
    .description('see to the VMs of this host before it shuts down')
    .action(async () => {
      await shutDownHost(host);
      finish(exitCodes.done);
    });
}

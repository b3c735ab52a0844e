import { CommanderError } from 'commander';
import { toErrorInfo } from '../../contract/errors.ts';
import type { Host } from '../host.ts';
import { exitCodeOf, exitCodes } from './exitCodes.ts';
import { type Terminal, vmclProgram } from './program.ts';

/** Runs one command to its end. What goes wrong is said on standard error; `finish` gets the exit code. */
export async function runVmcl(
  host: Host,
  argv: readonly string[],
  terminal: Terminal,
  finish: (exitCode: number) => void,
): Promise<void> {
  const program = vmclProgram(host, finish, terminal);
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.exitOverride();
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      finish(error.exitCode === 0 ? exitCodes.done : exitCodes.usage);
      return;
    }
    const { kind, message, cause, remedy, details } = toErrorInfo(error);
    if (kind === 'internal') host.log.error({ details }, message);
    // One line, and the last one: the resource agent hands it on as the reason of a failure.
    const line = [message, cause, remedy].filter((part) => part !== undefined).join(' ');
    terminal.error.write(`${line}\n`);
    finish(exitCodeOf(kind));
  }
}

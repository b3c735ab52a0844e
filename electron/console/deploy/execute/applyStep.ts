import { MinimeError, toErrorInfo } from '../../../../src/contract/errors.ts';
import type { ExecResult } from '../../ssh/remoteHost.ts';
import { pause, throwIfAborted } from '../context.ts';
import { type Probe, probeOf } from '../facts/probe.ts';
import { isDone } from '../plan/assess.ts';
import type { CommandAction, FileAction, Step } from '../plan/step.ts';

const POLL_MS = 300;
/** Waits at most this long before looking again. */
const SLOWEST_POLL_MS = 1500;

/**
 * Does one step if it is not done yet. Throws a MinimeError naming the host; `onLine` is given what the command prints.
 */
export async function applyStep(
  step: Step,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<'done' | 'unchanged'> {
  const { node, action } = step;
  const probe = probeOf(node.remote, signal);
  const readFile = (path: string) => node.remote.readFile(path, { signal });
  try {
    throwIfAborted(signal);
    if (await isDone(step, probe, readFile)) return 'unchanged';
    if (action.kind === 'file') await writeFile(step, action, signal);
    else await runCommand(step, action, probe, signal, onLine);
    return 'done';
  } catch (error) {
    throw new MinimeError({ ...toErrorInfo(error), host: node.name }, { cause: error });
  }
}

async function writeFile(step: Step, file: FileAction, signal: AbortSignal): Promise<void> {
  if (file.bytes === null) throw new RangeError(`${file.path} has no content yet.`);
  await step.node.remote.writeFile(file.path, file.bytes, { mode: file.mode, signal });
}

async function runCommand(
  step: Step,
  command: CommandAction,
  probe: Probe,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  await command.guard?.(probe);
  const interruptible = command.interruptible ?? true;
  const run = async (): Promise<ExecResult> => {
    const result = await step.node.remote.exec(command.argv, {
      asRoot: true,
      ...(command.stdin === undefined ? {} : { stdin: command.stdin }),
      ...(interruptible ? { signal } : {}),
      ...(command.timeoutMs === undefined ? {} : { timeoutMs: command.timeoutMs }),
      onLine,
    });
    if (result.code === 0 || command.mayFail === true) return result;
    const output = result.stderr || result.stdout;
    throw failed(
      step,
      output,
      command.reason?.(output) ?? `${programOf(command.argv)} ended with code ${result.code}.`,
    );
  };
  let result = await run();
  throwIfAborted(signal);
  if (command.verify === false) return;
  const deadline = Date.now() + (command.wait?.timeoutMs ?? 0);
  for (let poll = POLL_MS; !(await command.done(probe)); poll = Math.min(poll * 1.3, SLOWEST_POLL_MS)) {
    if (Date.now() >= deadline) {
      const pending = await command.wait?.pending?.(probe);
      throw failed(
        step,
        pending ?? (result.stderr || result.stdout),
        pending?.split('\n')[0] ?? 'It had no effect.',
      );
    }
    const hopeless = await command.wait?.hopeless?.(probe);
    if (hopeless !== undefined) throw failed(step, hopeless, hopeless.split('\n')[0] ?? hopeless);
    await pause(poll, signal);
    if (command.wait?.again === true) result = await run();
  }
}

/** `env A=b program` runs the program. */
function programOf([first = '', ...rest]: readonly string[]): string {
  return (first === 'env' ? rest.find((word) => !word.includes('=')) : first) ?? first;
}

function failed(step: Step, output: string, cause: string): MinimeError {
  const lines = output.trim().split('\n');
  return new MinimeError({
    kind: 'tool-failed',
    host: step.node.name,
    message: `“${step.title}” failed on ${step.node.name}.`,
    cause: lines.length === 1 && lines[0] !== '' ? `${lines[0] ?? ''}` : cause,
    remedy: 'Remove the cause, then deploy again: what is done already stays as it is.',
    details: output.slice(-8000),
  });
}

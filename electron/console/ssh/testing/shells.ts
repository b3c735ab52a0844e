import { spawnSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { commandLine } from '../command/commandLine.ts';

// biome-ignore format: a table
const NASTY = [
  '', ' ', "'", '"', '\\', '\\\\', "\\'", '!', '!!', '$HOME', '`id`', '$(id)', '*', '?', '[a]', '~', '~root', '=ls', '%1', '#',
  ';', '&', '|', '<', '>', '(', '{a,b}', '\n', 'a\n', '\n\n', '\r\n', '\t', '-n', '--', '_', '__', '_040', '%b', '%s', '\\0101',
  'Ünïcödé 虚拟机 🖥', '\u0001\u007f', 'VM "two" o\'clock',
];

const text = fc
  .string({ unit: 'binary', maxLength: 60 })
  .filter((value) => !value.includes('\0') && !/\p{Surrogate}/u.test(value));

/**
 * Whether arguments arrive unchanged; throws with those that do not. `login` parses the command line as a login shell
 * would, `inner` stands for /bin/sh.
 */
export function argumentsArrive(login: string[], inner = '/bin/sh'): boolean {
  const arrive = (argv: string[]) => isDeepStrictEqual(argumentsThrough(login, inner, argv), argv);
  if (!arrive(NASTY)) throw new Error(`arrived as ${JSON.stringify(argumentsThrough(login, inner, NASTY))}`);
  fc.assert(fc.property(fc.array(text, { maxLength: 8 }), arrive), { numRuns: 40 });
  return true;
}

/** What a program started through the shells got as arguments. */
function argumentsThrough(login: string[], inner: string, argv: readonly string[]): string[] {
  const line = commandLine(['/usr/bin/env', 'printf', '%s\\0', ...argv, 'end'], 'none');
  const [shell = '', ...options] = login;
  const command = line.text.replace('exec /bin/sh', `exec ${inner}`);
  const { stdout } = spawnSync(shell, [...options, '-c', command], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const begin = stdout.indexOf('\n', stdout.indexOf(line.marker)) + 1;
  return stdout.slice(begin).split('\0').slice(0, -2);
}

import { MinimeError } from '../../../../src/contract/errors.ts';

/**
 * Arguments travel inside a command line that the login shell of the account parses, and that may be sh, bash, zsh, fish
 * or csh, whose quoting rules contradict each other (backslash, `!`, newline). So no quoting is used for data: every
 * byte outside this set is written as `_` and three octal digits, and `START_SCRIPT` turns it back.
 */
const SAFE = /[A-Za-z0-9./:@,+-]/;

/** What the empty argument is written as: no encoded argument can be it. */
const EMPTY = '_';

/** Longest string Linux hands to a program as one argument (MAX_ARG_STRLEN); sshd passes the whole command as one. */
const MAX_COMMAND_BYTES = 128 * 1024 - 1;

export function encodeArgument(argument: string): string {
  if (argument.includes('\0')) throw invalid('holds a NUL character, which no program can be given');
  if (/\p{Surrogate}/u.test(argument)) throw invalid('holds half a Unicode character');
  if (argument === '') return EMPTY;
  let encoded = '';
  for (const byte of Buffer.from(argument, 'utf8')) {
    const character = String.fromCharCode(byte);
    encoded += SAFE.test(character) ? character : `_${byte.toString(8).padStart(3, '0')}`;
  }
  return encoded;
}

export function checkCommandLength(command: string): string {
  if (Buffer.byteLength(command) > MAX_COMMAND_BYTES) {
    throw new MinimeError({
      kind: 'invalid-input',
      message: 'The command has more arguments than a host accepts.',
      cause: `It is ${Buffer.byteLength(command)} bytes long on the wire; at most ${MAX_COMMAND_BYTES} fit.`,
      remedy: 'Hand the data over on standard input instead.',
    });
  }
  return command;
}

function invalid(why: string): MinimeError {
  return new MinimeError({ kind: 'invalid-input', message: `An argument ${why}.` });
}

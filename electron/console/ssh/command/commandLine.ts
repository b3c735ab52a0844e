import { randomBytes } from 'node:crypto';
import { MinimeError } from '../../../../src/contract/errors.ts';
import { checkCommandLength, encodeArgument } from './encode.ts';

/**
 * Runs on the host for every command, under /bin/sh whatever the login shell is. It stands between single quotes in a
 * line that fish and csh read too: no single quote, `!` or newline, and no backslash before a backslash.
 *
 * $1 $2: halves of the start marker, apart so that a shell that echoes its commands (`set -x`) does not print the
 * marker itself. It ends the noise of start-up files on both streams and tells the process id.
 * $3: `-`, or a line up to which standard input is skipped: a sudo password that sudo did not ask for.
 * Rest: the program and its arguments, encoded by `encodeArgument`.
 */
const START_SCRIPT =
  'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin LC_ALL=C.UTF-8 MINIME_COMMAND=$1-$2; export PATH LC_ALL MINIME_COMMAND; ' +
  'printf "\\n%s-%s\\n" "$1" "$2" >&2; printf "\\n%s-%s %s\\n" "$1" "$2" "$$"; ' +
  'case $3 in -) ;; *) while IFS= read -r mm_arg; do case $mm_arg in "$3") break;; esac; done;; esac; ' +
  'shift 3; mm_left=$#; set -f; ' +
  'while [ "$mm_left" -gt 0 ]; do mm_arg=$1; shift; mm_left=$((mm_left-1)); ' +
  'case $mm_arg in _) mm_arg=;; *_*) mm_text=${mm_arg%%_*}; mm_arg=${mm_arg#*_}; ' +
  'IFS=_; for mm_part in $mm_arg; do mm_text="$mm_text\\0$mm_part"; done; unset IFS; ' +
  'mm_arg=$(printf "%b_" "$mm_text"); mm_arg=${mm_arg%_};; esac; ' +
  'set -- "$@" "$mm_arg"; done; set +f; exec "$@"';

/** What follows the marker on standard output: the process id. */
export const PROCESS_ID = /^[0-9]+$/;

/** How root rights are had for one command. `password`: sudo asks and reads the answer from standard input. */
export type Elevation = 'none' | 'sudo' | 'sudo-password';

/** Cached credentials are ignored (-k), so that whether sudo asks does not depend on what was run before. */
const SUDO: Record<Elevation, string> = {
  none: '',
  sudo: 'env LC_ALL=C.UTF-8 sudo -k -n -- ',
  'sudo-password': 'env LC_ALL=C.UTF-8 sudo -k -S -p minime-sudo-password: -- ',
};

export interface CommandLine {
  /** What sshd gives to the login shell. */
  text: string;
  /** Stands alone on a line of standard error, and with the process id on one of standard output, before the program. */
  marker: string;
  /** To be sent before the program's standard input, once the marker was seen; empty if nothing is to be skipped. */
  stdinPrefix: string;
}

/** Throws `invalid-input` for no program at all, and for what no program can be given: NUL, half a character, or more than 128 KiB. */
export function commandLine(argv: readonly string[], elevation: Elevation): CommandLine {
  if (argv[0] === undefined || argv[0] === '') {
    throw new MinimeError({ kind: 'invalid-input', message: 'There is no program in this command.' });
  }
  const [first, second] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
  const skipTo = elevation === 'sudo-password' ? randomBytes(8).toString('hex') : '-';
  const words = argv.map(encodeArgument).join(' ');
  const text = `exec ${SUDO[elevation]}/bin/sh -c '${START_SCRIPT}' minime ${first} ${second} ${skipTo} ${words}`;
  return {
    text: checkCommandLength(text),
    marker: `${first}-${second}`,
    stdinPrefix: skipTo === '-' ? '' : `${skipTo}\n`,
  };
}

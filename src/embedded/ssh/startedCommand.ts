/** A command as it came over SSH. */
export interface StartedCommand {
  argv: string[];
  /** Said on both outputs before the program's own, as the console's start script does; undefined: nothing. */
  marker: string | undefined;
}

/**
 * What the console sends is a line for the login shell, in which a script of /bin/sh says that it has started, decodes the
 * arguments and becomes the program. An embedded host has no shell: it takes the line apart itself.
 */
const fromConsole =
  /^exec (?:env \S+ sudo [^/]*-- )?\/bin\/sh -c '[^']*' minime ([0-9a-f]+) ([0-9a-f]+) (\S+) (.+)$/;

export function startedCommand(line: string): StartedCommand {
  const [, first, second, , words] = fromConsole.exec(line) ?? [];
  if (words === undefined) return { argv: line.trim().split(/\s+/), marker: undefined };
  return { argv: words.split(' ').map(decodeArgument), marker: `${first}-${second}` };
}

/** `_` and three octal digits are a byte; `_` alone is the empty argument. */
function decodeArgument(word: string): string {
  if (word === '_') return '';
  const bytes = word
    .split(/(_[0-7]{3})/)
    .map((part) =>
      /^_[0-7]{3}$/.test(part) ? Buffer.from([Number.parseInt(part.slice(1), 8)]) : Buffer.from(part),
    );
  return Buffer.concat(bytes).toString('utf8');
}

import { join } from 'node:path';

/** Values for the percent tokens of ssh_config(5), TOKENS. */
export interface Tokens {
  /** %h */ hostname: string;
  /** %n */ original: string;
  /** %p */ port: number;
  /** %r */ user: string;
  /** %u */ localUser: string;
  /** %d and ~ */ home: string;
}

export function expandTokens(text: string, tokens: Tokens): string {
  const values: Record<string, string> = {
    h: tokens.hostname,
    n: tokens.original,
    p: String(tokens.port),
    r: tokens.user,
    u: tokens.localUser,
    d: tokens.home,
    '%': '%',
  };
  return text.replace(/%(.)/g, (whole, letter: string) => values[letter] ?? whole);
}

/** A path with ~, ${VARIABLES} and tokens; relative ones start from `folder`. */
export function expandPath(path: string, tokens: Tokens, folder: string): string {
  const withVariables = path.replace(/\$\{(\w+)\}/g, (whole, name: string) => process.env[name] ?? whole);
  const expanded = expandTokens(withVariables, tokens);
  if (expanded === '~') return tokens.home;
  if (expanded.startsWith('~/')) return join(tokens.home, expanded.slice(2));
  return /^(\/|\\\\|[A-Za-z]:[\\/])/.test(expanded) ? expanded : join(folder, expanded);
}

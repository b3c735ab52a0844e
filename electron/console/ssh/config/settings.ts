import { join } from 'node:path';
import SSHConfig, { LineType } from 'ssh-config';
import { compute, expandIncludes } from './include.ts';
import { readConfigFile } from './read.ts';

/** What ssh_config says about one host. Keywords as in ssh_config(5), lower case. */
export class HostSettings {
  readonly #values: Record<string, string | string[]>;

  constructor(values: Record<string, string | string[]>) {
    this.#values = values;
  }

  /** The first value. */
  one(keyword: string): string | undefined {
    return this.all(keyword)[0];
  }

  /** All values; a keyword that takes a list on one line is split. */
  all(keyword: string): string[] {
    return [this.#values[keyword] ?? []].flat();
  }

  isYes(keyword: string): boolean {
    return this.one(keyword)?.toLowerCase() === 'yes';
  }
}

/** The user's configuration, then the system's: the first value of a keyword counts. */
export async function readSettings(
  places: { home: string; systemFolder: string },
  asked: { host: string; user: string | undefined },
): Promise<HostSettings> {
  const who = { Host: asked.host, ...(asked.user === undefined ? {} : { User: asked.user }) };
  const files = [
    { folder: join(places.home, '.ssh'), name: 'config', own: true },
    { folder: places.systemFolder, name: 'ssh_config', own: false },
  ];
  const all = new SSHConfig();
  for (const { folder, name, own } of files) {
    const config = await readConfigFile(join(folder, name), { own });
    if (config === null) continue;
    normalise(config);
    all.push(...(await expandIncludes(config, { home: places.home, folder, own, asked: who })));
  }
  normalise(all);
  return new HostSettings(compute(all, who));
}

/**
 * The library knows HostName and User only in that spelling when it evaluates Match, and for CanonicalizeHostname it
 * would block on a run of nslookup.
 */
function normalise(config: SSHConfig): void {
  for (const line of config) {
    if (line.type !== LineType.DIRECTIVE) continue;
    if ('config' in line) normalise(line.config);
    if (/^hostname$/i.test(line.param)) line.param = 'HostName';
    if (/^user$/i.test(line.param)) line.param = 'User';
    if (/^canonicalizehostname$/i.test(line.param)) line.param = 'IgnoredCanonicalizeHostname';
  }
}

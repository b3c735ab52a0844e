import { isAbsolute, join } from 'node:path';
import SSHConfig, { LineType } from 'ssh-config';
import { MinimeError } from '../../../../src/contract/errors.ts';
import { matchingFiles } from './glob.ts';
import { readConfigFile } from './read.ts';

/** As deep as ssh follows includes (READCONF_MAX_DEPTH). */
const MAX_DEPTH = 16;

export interface IncludeContext {
  home: string;
  /** Folder that relative paths start from: ~/.ssh, or /etc/ssh for the system's configuration. */
  folder: string;
  own: boolean;
  /** What the configuration is being read for: an Include inside Host or Match counts only if that matches. */
  asked: { Host: string; User?: string };
}

type ConfigLine = SSHConfig[number];
type Section = Extract<ConfigLine, { config: SSHConfig }>;

const COMPUTE = { ignoreCase: true, matchExec: false };

/** The lines of `config` with every Include replaced by what it includes, for one host. */
export async function expandIncludes(
  config: SSHConfig,
  context: IncludeContext,
  depth = 0,
): Promise<SSHConfig> {
  const expanded = new SSHConfig();
  for (const line of config) {
    if (isInclude(line)) {
      expanded.push(...(await included(line, context, depth)));
    } else if (isSection(line)) {
      expanded.push(...(await expandSection(line, expanded, context, depth)));
    } else {
      expanded.push(line);
    }
  }
  return expanded;
}

/** Splits the section at its Includes, so that the order of values, of which the first counts, stays. */
async function expandSection(
  section: Section,
  before: SSHConfig,
  context: IncludeContext,
  depth: number,
): Promise<ConfigLine[]> {
  if (!section.config.some(isInclude)) return [section];
  const lines: ConfigLine[] = [];
  let part = new SSHConfig();
  for (const line of section.config) {
    if (!isInclude(line)) {
      part.push(line);
      continue;
    }
    lines.push({ ...section, config: part });
    part = new SSHConfig();
    if (applies(section, [...before, ...lines], context))
      lines.push(...(await included(line, context, depth)));
  }
  lines.push({ ...section, config: part });
  return lines;
}

function applies(section: Section, before: ConfigLine[], context: IncludeContext): boolean {
  const probe = SSHConfig.parse('MinimeProbe yes');
  const config = new SSHConfig();
  config.push(...before, { ...section, config: probe });
  return compute(config, context.asked)['minimeprobe'] !== undefined;
}

async function included(line: ConfigLine, context: IncludeContext, depth: number): Promise<ConfigLine[]> {
  if (depth >= MAX_DEPTH) {
    const message = `The SSH configuration in ${context.folder} includes itself, or more than ${MAX_DEPTH} files deep.`;
    throw new MinimeError({
      kind: 'invalid-input',
      message,
      remedy: 'Remove the Include that leads in a circle.',
    });
  }
  const lines: ConfigLine[] = [];
  for (const pattern of valuesOf(line)) {
    const path = pattern.startsWith('~/') ? join(context.home, pattern.slice(2)) : pattern;
    for (const file of await matchingFiles(isAbsolute(path) ? path : join(context.folder, path))) {
      const config = await readConfigFile(file, { own: context.own });
      if (config !== null) lines.push(...(await expandIncludes(config, context, depth + 1)));
    }
  }
  return lines;
}

/** The values that hold for a host, by lower-case keyword. `Match exec` never matches: nothing is run to read it. */
export function compute(
  config: SSHConfig,
  asked: { Host: string; User?: string },
): Record<string, string | string[]> {
  return config.compute(asked, COMPUTE);
}

function isSection(line: ConfigLine): line is Section {
  return line.type === LineType.DIRECTIVE && 'config' in line;
}

function isInclude(line: ConfigLine): boolean {
  return line.type === LineType.DIRECTIVE && /^include$/i.test(line.param);
}

function valuesOf(line: ConfigLine): string[] {
  if (line.type !== LineType.DIRECTIVE || !('value' in line)) return [];
  return typeof line.value === 'string' ? [line.value] : line.value.map(({ val }) => val);
}

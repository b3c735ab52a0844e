import { readFile } from 'node:fs/promises';
import { MinimeError } from '../../contract/errors.ts';
import type { Runner } from '../ports/runner.ts';
import { libvirtPaths } from './paths.ts';
import type { Owner } from './stateFiles.ts';

/** Whom swtpm runs as: what qemu.conf says, else `tss`, and root where there is no such user. libvirt decides so too. */
export async function swtpmOwner(runner: Runner, config: string = libvirtPaths.config): Promise<Owner> {
  const names = parseSwtpmNames(await readIfThere(config));
  const [uid, gid] = await Promise.all([
    numberOf(runner, 'passwd', names.user),
    numberOf(runner, 'group', names.group),
  ]);
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

export function parseSwtpmNames(config: string): { user: string; group: string } {
  const of = (key: string): string =>
    new RegExp(`^\\s*${key}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|(\\d+))`, 'm')
      .exec(config)
      ?.slice(1)
      .find(Boolean) ?? 'tss';
  return { user: of('swtpm_user'), group: of('swtpm_group') };
}

/** libvirt takes "+107" and "107" for numbers as well. */
async function numberOf(
  runner: Runner,
  database: 'passwd' | 'group',
  name: string,
): Promise<number | undefined> {
  const number = /^\+?(\d+)$/.exec(name)?.[1];
  if (number !== undefined) return Number(number);
  try {
    const result = await runner.run(['getent', database, name]);
    return result.code === 0 ? Number(result.stdout.split(':')[2]) : undefined;
  } catch (error) {
    if (error instanceof MinimeError) return undefined;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

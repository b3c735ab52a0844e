import { MinimeError } from '../../contract/errors.ts';
import type { Runner, RunResult } from '../ports/runner.ts';
import { toolFailed } from '../runner/childRunner.ts';
import { attribute, child, children, type XmlNode } from '../xml.ts';

/**
 * Documents are kept in the CIB, each in a `cluster_property_set` of its own: the CIB refuses to create an element whose id is
 * there already, on every host in the same order, and that makes `create` atomic in the whole cluster. (Within a set it
 * would not: an nvpair can only be added to a given place without asking what is there.) Pacemaker ignores
 * properties that it does not know.
 *
 * Their texts are not compressed: Pacemaker passes its whole CIB around in messages of at most 128 KiB after bzip2
 * (`PCMK_ipc_buffer`), and five revisions of a text compress far better than five gzips.
 */
const idPrefix = 'minime-document-';
const namePattern = /^[A-Za-z0-9._-]+$/;
/** More would not leave Pacemaker room in its messages, and would be a mistake. Characters as they are kept. */
const maximumKept = 200_000;
/** An argument of a command has to be smaller than 128 KiB. */
const maximumCompared = 100_000;

/** cibadmin's exit codes, from Pacemaker's crm/common/results.h. */
const exists = 108;
const noSuchObject = 105;
const disconnected = 102;

const timeoutMs = 20_000;

export class Documents {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /** All that Pacemaker is told to do, from this host's copy of the CIB. Rejects with `unreachable` while the engine does not run. */
  async configuration(): Promise<string> {
    const argv = ['cibadmin', '--query', '--local', '--scope', 'configuration'];
    const result = await this.#runner.run(argv, { timeoutMs });
    if (result.code !== 0) throw failure(argv, result);
    return result.stdout;
  }

  /** Resolves when this host's copy has it. False if there is one of that name. */
  async create(name: string, text: string): Promise<boolean> {
    const argv = ['cibadmin', '--create', '--scope', 'crm_config', '--xml-pipe'];
    const result = await this.#runner.run(argv, { timeoutMs, input: documentXml(name, text) });
    if (result.code === exists) return false;
    if (result.code !== 0) throw failure(argv, result);
    return true;
  }

  async remove(name: string, text?: string): Promise<void> {
    const argv = ['cibadmin', '--delete', '--xpath', documentPath(name, text)];
    const result = await this.#runner.run(argv, { timeoutMs });
    if (result.code !== 0 && result.code !== noSuchObject) throw failure(argv, result);
  }
}

export function documentXml(name: string, text: string): string {
  const id = idOf(name);
  const value = encode(text);
  if (value.length > maximumKept) {
    throw new MinimeError({
      kind: 'invalid-input',
      message: `${name} is too big to be kept by the cluster (${Math.ceil(value.length / 1000)} kB).`,
      cause: `Pacemaker has room for ${maximumKept / 1000} kB.`,
    });
  }
  return `<cluster_property_set id="${id}"><nvpair id="${id}-text" name="${id}" value="${value}"/></cluster_property_set>`;
}

/** Nothing that is put into it could end a quoted text: names are restricted, texts encoded. */
export function documentPath(name: string, text?: string): string {
  const element = `//crm_config/cluster_property_set[@id='${idOf(name)}']`;
  if (text === undefined) return element;
  const value = encode(text);
  if (value.length > maximumCompared) throw new RangeError('too long to be compared');
  return `${element}[nvpair[@value='${value}']]`;
}

/** Those in a `<configuration>` of Pacemaker, by name. */
export function documentsIn(configuration: XmlNode): Map<string, string> {
  const found = new Map<string, string>();
  for (const set of children(child(configuration, 'crm_config'), 'cluster_property_set')) {
    const id = attribute(set, 'id');
    if (!id.startsWith(idPrefix)) continue;
    const pair = children(set, 'nvpair').find((each) => attribute(each, 'name') === id);
    const text = pair === undefined ? undefined : decode(attribute(pair, 'value'));
    if (text !== undefined) found.set(id.slice(idPrefix.length), text);
  }
  return found;
}

function idOf(name: string): string {
  if (!namePattern.test(name)) throw new RangeError(`not a name of a document: ${name}`);
  return `${idPrefix}${name}`;
}

/**
 * Plain ASCII without quotes, angle brackets, ampersands and backslashes, the rest as %XX of its UTF-8 bytes: Pacemaker 2.1 escapes
 * attributes by a rule of its own, which loses line ends, and everything after the first letter outside of ASCII.
 */
export function encode(text: string): string {
  return text.replace(/[^ !#$(-;=?-[\]-~]/gu, (character) =>
    Buffer.from(character).reduce(
      (all, byte) => `${all}%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
      '',
    ),
  );
}

/** Undefined for what `encode` never made. */
function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

function failure(argv: readonly string[], result: RunResult): MinimeError {
  if (result.code !== disconnected) return toolFailed(argv, result);
  return new MinimeError({
    kind: 'unreachable',
    message: 'The cluster engine does not answer on this host.',
    cause: result.stderr.trim().split('\n').at(-1) ?? 'Pacemaker is not running.',
    remedy: 'Start it: systemctl start pacemaker.',
  });
}

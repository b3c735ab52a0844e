import { createHash } from 'node:crypto';
import { basename } from 'node:path/posix';
import { hostPaths } from '../../../contract/manifest.ts';
import type { Entry } from '../fileTree.ts';
import { fails, operands, says, succeeds, type Tool, valueOf, yesOrNo } from '../tool.ts';

const mebibyte = 1024 ** 2;
/** Every file system of an embedded host has this much room. */
const freeBytes = 20 * 1024 ** 3;

const kindWords: Record<Entry['kind'], string> = {
  file: 'regular file',
  folder: 'directory',
  block: 'block special file',
  char: 'character special file',
};

const tests: Record<string, (entry: Entry) => boolean> = {
  '-e': () => true,
  '-b': ({ kind }) => kind === 'block',
  '-c': ({ kind }) => kind === 'char',
  '-d': ({ kind }) => kind === 'folder',
  '-f': ({ kind }) => kind === 'file',
  '-x': ({ kind, mode }) => kind === 'file' && (mode & 0o111) !== 0,
};

/** The tools that look at files and change them. */
export const fileTools: Record<string, Tool> = {
  test: async ({ args: [what = '', path = ''], system, cluster, boot }) => {
    // What the host program keeps is where its view of the world has it.
    if (what === '-e' && path.startsWith(`${hostPaths.state}/`)) {
      return yesOrNo(await cluster.folders.hasState(boot.host, path.slice(hostPaths.state.length + 1)));
    }
    const entry = system.at(path);
    return yesOrNo(entry !== undefined && tests[what]?.(entry) === true);
  },

  stat: ({ args, system }) => {
    const format = valueOf(args, '--format') ?? '%n';
    const lines = operands(args).map((path) => {
      const entry = system.at(path);
      return entry === undefined ? undefined : described(format, path, entry);
    });
    const output = lines.filter((line) => line !== undefined).join('\n');
    return says(`${output}\n`, lines.includes(undefined) ? 1 : 0);
  },

  mkdir: ({ args, system }) => {
    for (const path of operands(args)) system.treeOf(path).makeFolder(path);
    return succeeds;
  },

  install: ({ args, system }) => {
    const mode = Number.parseInt(valueOf(args, '--mode') ?? '0755', 8);
    const [source = '', target] = operands(args);
    if (args.includes('--directory')) {
      system.treeOf(source).makeFolder(source, mode);
      return succeeds;
    }
    const bytes = system.at(source)?.bytes;
    if (bytes === undefined || target === undefined) return fails(`install: cannot stat '${source}'`);
    if (!system.treeOf(target).hasFolderOf(target)) return fails(`install: cannot create '${target}'`);
    system.treeOf(target).put(target, { mode, owner: valueOf(args, '--owner') ?? 'root', bytes });
    return succeeds;
  },

  mv: ({ args, system }) => {
    const [source = '', target = ''] = operands(args);
    const entry = system.at(source);
    if (entry === undefined) return fails(`mv: cannot stat '${source}'`);
    if (args.includes('--no-clobber') && system.at(target) !== undefined) return succeeds;
    system.treeOf(target).put(target, entry);
    system.treeOf(source).remove(source);
    return succeeds;
  },

  rm: async ({ args, system, cluster, boot }) => {
    for (const path of operands(args)) {
      if (path === hostPaths.state) await cluster.folders.forgetState(boot.host);
      if (args.includes('--recursive')) system.treeOf(path).removeBelow(path);
      system.treeOf(path).remove(path);
    }
    return succeeds;
  },

  grep: ({ args, system }) => {
    const [pattern = '', path = ''] = operands(args);
    return yesOrNo(system.at(path)?.bytes.includes(pattern) === true);
  },

  head: ({ args, system }) => {
    const path = args.at(-1) ?? '';
    const entry = system.at(path);
    if (entry === undefined) return fails(`head: cannot open '${path}'`);
    return says(contentOf(entry, Number(valueOf(args, '--bytes') ?? valueOf(args, '-c') ?? '0')));
  },

  find: ({ args, bare, cluster, system }) => {
    const folders = args.filter((arg) => arg.startsWith('/'));
    if (args.includes('-empty')) {
      for (const folder of folders) {
        if (!system.paths().some((path) => path.startsWith(`${folder}/`)))
          system.treeOf(folder).remove(folder);
      }
      return succeeds;
    }
    const types: Record<string, Entry['kind']> = { b: 'block', c: 'char', d: 'folder', f: 'file' };
    const kind = types[valueOf(args, '-type') ?? ''];
    const [start = ''] = (valueOf(args, '-name') ?? '').split('*');
    const found = system.paths().filter((path) => {
      const entry = system.at(path);
      return (
        folders.some((folder) => path.startsWith(`${folder}/`)) &&
        basename(path).startsWith(start) &&
        (kind === undefined || entry?.kind === kind)
      );
    });
    if (args.includes('-delete')) {
      for (const path of found) system.treeOf(path).remove(path);
      // What is deleted there is Pacemaker's memory of the cluster.
      if (folders.includes('/var/lib/pacemaker/cib')) {
        bare.configure(null);
        cluster.engine.forget();
      }
      return succeeds;
    }
    const format = args.find((arg) => arg.startsWith('--format='))?.slice('--format='.length);
    return says(
      found
        .map((path) => {
          const entry = system.at(path);
          return `${format === undefined || entry === undefined ? path : described(format, path, entry)}\n`;
        })
        .join(''),
    );
  },

  sha256sum: ({ args, system }) => {
    const path = args.at(-1) ?? '';
    const entry = system.at(path);
    if (entry === undefined) return fails(`sha256sum: ${path}: No such file or directory`);
    return says(`${createHash('sha256').update(entry.bytes).digest('hex')} *${path}\n`);
  },

  df: () => says(`Avail Mounted on\n${freeBytes} /\n`),

  fallocate: ({ args, system }) => {
    const path = args.at(-1) ?? '';
    const size = Number.parseInt(valueOf(args, '--length') ?? '0', 10) * mebibyte;
    if (!system.treeOf(path).hasFolderOf(path)) return fails(`fallocate: cannot open ${path}`);
    system.treeOf(path).put(path, { size });
    return succeeds;
  },

  'systemd-tmpfiles': ({ args, system }) => {
    const [path = ''] = operands(args);
    // TYPE PATH MODE OWNER GROUP …
    for (const line of system.at(path)?.bytes.toString('utf8').split('\n') ?? []) {
      const [type, target = '', mode = '', owner = 'root'] = line.trim().split(/\s+/);
      if (type === 'd') system.treeOf(target).makeFolder(target, Number.parseInt(mode, 8));
      if (type === 'f' && system.at(target) === undefined) {
        system.treeOf(target).put(target, { mode: Number.parseInt(mode, 8), owner });
      }
    }
    return succeeds;
  },
};

/** The first bytes of a file or device. */
export function contentOf({ bytes, size }: Entry, length: number): Buffer {
  const wanted = Math.min(length, size);
  return Buffer.concat([bytes.subarray(0, wanted), Buffer.alloc(Math.max(0, wanted - bytes.length))]);
}

/** The one block device has the number that lsblk tells. */
function described(format: string, path: string, entry: Entry): string {
  const values: Record<string, string> = {
    '%a': entry.mode.toString(8),
    '%U': entry.owner,
    '%G': entry.owner === 'hacluster' ? 'haclient' : entry.owner,
    '%F': kindWords[entry.kind],
    '%s': String(entry.size),
    '%n': path,
    '%.3Y': (entry.changedAt / 1000).toFixed(3),
    '%t': 'fd',
    '%T': '0',
  };
  return format.replace(/%\.3Y|%[aUGFsntT]/g, (key) => values[key] ?? key);
}

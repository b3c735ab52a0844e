import ssh2 from 'ssh2';
import { fails, operands, says, succeeds, type Tool, valueOf } from '../tool.ts';

/** Keys of the hosts: real ones, though embedded hosts ask each other without them. */
export const keyTools: Record<string, Tool> = {
  'ssh-keygen': ({ args, system }) => {
    if (!args.includes('-y')) return fails('ssh-keygen: an embedded host makes keys in a script only');
    const entry = system.at(valueOf(args, '-f') ?? '');
    if (entry === undefined) return fails('No such file or directory', 255);
    const key = ssh2.utils.parseKey(entry.bytes);
    if (key instanceof Error) return fails(key.message, 255);
    return says(`${key.type} ${key.getPublicSSH().toString('base64')}\n`);
  },
};

/** The script that makes a pair, with path and comment. */
export const keyScript: { says: string; run: Tool } = {
  says: 'ssh-keygen -q',
  run: ({ args, system }) => {
    const [path = '', comment = ''] = operands(args);
    if (!system.treeOf(path).hasFolderOf(path)) return fails(`Saving key "${path}" failed.`);
    const pair = soundPair(comment);
    system.treeOf(path).put(`${path}.pub`, { mode: 0o600, bytes: Buffer.from(`${pair.public}\n`) });
    system.treeOf(path).put(path, { mode: 0o600, bytes: Buffer.from(pair.private) });
    return succeeds;
  },
};

/** Of the ed25519 keys that ssh2 makes it cannot read one in some hundreds itself (mscdex/ssh2#1513). */
function soundPair(comment: string): { private: string; public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

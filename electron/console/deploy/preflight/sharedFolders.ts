import { randomBytes } from 'node:crypto';
import { toErrorInfo } from '../../../../src/contract/errors.ts';
import type { Finding } from '../../../../src/contract/finding.ts';
import type { Node } from '../context.ts';
import { probeOf } from '../facts/probe.ts';
import { bad, good } from './findings.ts';

/** A network file system may show a new file late. */
const TRIES = 6;
const TRY_EVERY_MS = 500;

/** Every host writes a token and every host reads all of them: only then is the folder the same everywhere. */
export async function checkSharedFolder(
  folder: string,
  nodes: readonly Node[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const missing = await withoutFolder(folder, nodes, signal);
  if (missing.length > 0) {
    return missing.map(({ name }) =>
      bad('shared-folder-missing', `${folder} does not exist on ${name}.`, {
        host: name,
        subject: folder,
        cause: 'The shared storage is not mounted there, or under another path.',
        remedy: 'Mount it under the same path on all hosts.',
      }),
    );
  }
  const run = randomBytes(8).toString('hex');
  const tokens = nodes.map((node) => ({
    node,
    path: `${folder.replace(/\/$/, '')}/.minime-probe-${run}-${node.name}`,
    content: randomBytes(16).toString('hex'),
  }));
  try {
    const written = await Promise.all(
      tokens.map(async ({ node, path, content }) => {
        try {
          await node.remote.writeFile(path, content, { mode: '0600', signal });
          return [];
        } catch (error) {
          if (signal.aborted) throw error;
          const info = toErrorInfo(error);
          return [
            bad('shared-folder-not-writable', `${node.name} cannot write to ${folder}.`, {
              host: node.name,
              subject: folder,
              cause: info.cause ?? info.message,
              remedy: 'Let root of this host write there; with NFS export it with no_root_squash.',
            }),
          ];
        }
      }),
    );
    if (written.flat().length > 0) return written.flat();
    const blind = (await Promise.all(nodes.map((node) => tokensNotSeen(node, tokens, signal)))).flat();
    if (blind.length === 0) {
      return [good('shared-folder', `${folder} is the same on all hosts.`, { subject: folder })];
    }
    return blind.map(({ reader, writer }) =>
      bad('shared-folder-differs', `${folder} on ${reader} is not the same as on ${writer}.`, {
        host: reader,
        subject: folder,
        cause: `A file that ${writer} wrote there is not seen by ${reader}.`,
        remedy: 'Mount the same storage under this path on all hosts.',
      }),
    );
  } finally {
    await removeTokens(tokens);
  }
}

interface Token {
  node: Node;
  path: string;
  content: string;
}

async function withoutFolder(folder: string, nodes: readonly Node[], signal: AbortSignal): Promise<Node[]> {
  const there = await Promise.all(
    nodes.map(async (node) => (await probeOf(node.remote, signal).exec('test', '-d', folder)).code === 0),
  );
  return nodes.filter((_, index) => there[index] !== true);
}

async function tokensNotSeen(
  node: Node,
  tokens: readonly Token[],
  signal: AbortSignal,
): Promise<{ reader: string; writer: string }[]> {
  const blind = await Promise.all(
    tokens.map(async (token) => ((await seen(node, token, signal)) ? null : token.node.name)),
  );
  return blind.filter((writer) => writer !== null).map((writer) => ({ reader: node.name, writer }));
}

async function seen(node: Node, token: Token, signal: AbortSignal): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const content = await node.remote.readFile(token.path, { signal });
    if (content?.toString('utf8') === token.content) return true;
    await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
  }
  return false;
}

/** Also after a cancel. Each host removes its own; if it has vanished, any other that sees the same folder does. */
async function removeTokens(tokens: readonly Token[]): Promise<void> {
  const paths = tokens.map((token) => token.path);
  await Promise.allSettled(
    tokens.map(({ node }) =>
      node.remote.run(['rm', '--force', '--', ...paths], { asRoot: true, timeoutMs: 15_000 }),
    ),
  );
}

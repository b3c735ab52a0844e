import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { MinimeError } from '../../contract/errors.ts';
import type { Finding } from '../../contract/finding.ts';
import { type Manifest, manifestSchema } from '../../contract/manifest.ts';

const remedy = 'Deploy again from the console: it puts back what differs.';

/**
 * Compares what deployment put on this host, by the manifest at `path`, with what is there; null: nothing was put. Rejects with
 * `not-found` or `invalid-input`.
 */
export async function verifyManifest(
  path: string | null,
  host: string,
): Promise<{ problems: Finding[]; files: number }> {
  if (path === null) return { problems: [], files: 0 };
  const manifest = await readManifest(path);
  const problems = (await Promise.all(manifest.files.map((file) => verifyFile(file, host)))).flat();
  return { problems, files: manifest.files.length };
}

async function readManifest(path: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new MinimeError(
      { kind: 'not-found', message: `${path} cannot be read.`, remedy },
      { cause: error },
    );
  }
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new MinimeError(
      { kind: 'invalid-input', message: `${path} cannot be understood.`, remedy, details: String(error) },
      { cause: error },
    );
  }
}

async function verifyFile(
  { path, sha256, mode }: Manifest['files'][number],
  host: string,
): Promise<Finding[]> {
  const problem = (id: string, title: string, cause: string): Finding => ({
    id,
    severity: 'error',
    host,
    subject: path,
    title,
    cause,
    remedy,
  });
  try {
    const stats = await lstat(path);
    if (!stats.isFile())
      return [problem('file-replaced', `${path} is no longer a file.`, 'Something replaced it.')];
    const problems: Finding[] = [];
    const present = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    if (sha256 !== undefined && present !== sha256) {
      problems.push(problem('file-changed', `${path} was changed.`, 'It is not what deployment put there.'));
    }
    const presentMode = (stats.mode & 0o7777).toString(8);
    const wantedMode = Number.parseInt(mode, 8).toString(8);
    if (presentMode !== wantedMode || stats.uid !== 0) {
      const now = `It is ${presentMode} of user ${stats.uid}; deployment made it ${wantedMode} of root.`;
      problems.push(problem('file-mode', `Mode or owner of ${path} was changed.`, now));
    }
    return problems;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [problem('file-missing', `${path} is gone.`, 'Something removed it.')];
  }
}

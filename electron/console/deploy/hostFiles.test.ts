import { expect, test } from 'vitest';
import { readHostResources } from './hostFiles.ts';

test('where several files of the installation are missing, one error tells of it and none is left over', async () => {
  // A rejection that nobody waits for fails the whole run.
  await expect(readHostResources('/nonexistent', '/nonexistent/vmcl.cjs', '1.0.0')).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

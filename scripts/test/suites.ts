import { readdirSync } from 'node:fs';

/** What a suite needs from the operating system beyond Node and npm. */
export type Need = 'sshd' | 'lab' | 'chromium' | 'pacemaker';

export interface Suite {
  name: string;
  group: 'static' | 'unit' | 'sshd' | 'lab' | 'e2e';
  needs: readonly Need[];
  /** Without these some of its tests are left out, which they then say themselves. */
  wants?: readonly Need[];
  /** Several commands are one check each; a vitest suite counts its tests. */
  run: { kind: 'check'; argv: readonly string[] } | { kind: 'vitest'; project: string; file?: string };
  timeoutMs: number;
  /** It mostly waits: it runs beside the suites after it, up to the first that has hosts or a browser. */
  beside?: boolean;
}

const minutes = (count: number): number => count * 60_000;

const check = (name: string, ...argv: string[]): Suite => ({
  name,
  group: 'static',
  needs: [],
  run: { kind: 'check', argv },
  timeoutMs: minutes(5),
});

const vitest = (
  group: Suite['group'],
  needs: readonly Need[],
  timeoutMs: number,
  project: string,
  file?: string,
): Suite => ({
  name: file === undefined ? group : `${group} ${file.replace(/^.*\/|\.(lab|e2e)\.test\.ts$/g, '')}`,
  group,
  needs,
  run: { kind: 'vitest', project, ...(file === undefined ? {} : { file }) },
  timeoutMs,
});

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file}`)
    .sort();

/** The other end-to-end tests run on embedded hosts, or on none. */
const needsHosts = (file: string): boolean => /console/.test(file);

/** All suites in the order they start: the quick ones first, each lab and e2e file on its own. */
export function allSuites(): Suite[] {
  const lab = filesIn('test/lab', '.lab.test.ts');
  const e2e = filesIn('test/e2e', '.e2e.test.ts');
  return [
    { ...vitest('sshd', ['sshd'], minutes(15), 'sshd'), beside: true },
    check('types: node', 'npx', 'tsc', '-p', 'tsconfig.json'),
    check('types: renderer', 'npx', 'tsc', '-p', 'tsconfig.ui.json'),
    check('types: tests with code that runs in a page', 'npx', 'tsc', '-p', 'tsconfig.e2e.json'),
    check('types: contract and planner, without Node and DOM', 'npx', 'tsc', '-p', 'tsconfig.pure.json'),
    check('types: tests of contract and planner', 'npx', 'tsc', '-p', 'tsconfig.tests.json'),
    check('lint and dependency direction', 'npx', 'oxlint', '--type-aware', '--deny-warnings'),
    check('format', 'npx', 'biome', 'check', '.'),
    check('unused files, exports and dependencies', 'npx', 'knip'),
    check('build', 'node', 'scripts/build.mjs', '--quiet'),
    { ...vitest('unit', [], minutes(15), 'unit'), wants: ['pacemaker'] },
    ...e2e.map((file) =>
      vitest('e2e', needsHosts(file) ? ['chromium', 'lab'] : ['chromium'], minutes(20), 'e2e', file),
    ),
    ...lab.map((file) => vitest('lab', ['lab', 'sshd'], minutes(30), 'lab', file)),
  ];
}

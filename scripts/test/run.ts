import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { Command } from 'commander';
import { ensureNeed } from './needs.ts';
import { runProcess } from './process.ts';
import { allSuites, type Suite } from './suites.ts';
import { type Counts, readVitestReport } from './vitestReport.ts';

/** The one test command: every suite in turn, a line each; the last line is `N passed, N failed, N skipped`. */

/** Seconds. A suite that takes this long says on what it spent them: how one run differs from another is seen from there. */
const tellSlowestFrom = 100;

const reports = mkdtempSync(join(tmpdir(), 'minime-test-'));

async function runCheck(argv: readonly string[], timeoutMs: number): Promise<Counts> {
  const result = await runProcess(argv, { timeoutMs });
  if (result.code === 0) return { passed: 1, failed: 0, skipped: 0, failures: [], slowest: [] };
  const why = result.timedOut ? `gave no answer within ${timeoutMs / 1000} s\n` : '';
  return {
    passed: 0,
    failed: 1,
    skipped: 0,
    failures: [`${argv.join(' ')}\n${why}${result.output.slice(-8000)}`],
    slowest: [],
  };
}

async function runVitest(project: string, file: string | undefined, timeoutMs: number): Promise<Counts> {
  const report = join(reports, `${project}-${(file ?? 'all').replace(/[^a-z0-9]+/gi, '-')}.json`);
  const argv = ['npx', 'vitest', 'run', '--project', project, ...(file === undefined ? [] : [file])];
  const result = await runProcess(
    [...argv, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { timeoutMs },
  );
  if (result.timedOut || !existsSync(report)) {
    const why = result.timedOut ? `gave no answer within ${timeoutMs / 1000} s` : 'ended without a report';
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: [`${argv.join(' ')} ${why}\n${result.output.slice(-8000)}`],
      slowest: [],
    };
  }
  const counts = readVitestReport(report);
  if (counts.failed > 0) counts.failures.push(withDifferences(result.output));
  // Errors outside any test (an unhandled rejection) fail the run without failing a test.
  if (result.code !== 0 && counts.failed === 0) {
    counts.failed = 1;
    counts.failures.push(`${argv.join(' ')} exited with ${result.code}\n${result.output.slice(-8000)}`);
  }
  return counts;
}

/** What vitest tells of failed tests at its end; the report has their messages only, without what was expected and what came instead. */
function withDifferences(output: string): string {
  const text = stripVTControlCharacters(output);
  const from = text.search(/^.*Failed (Tests|Suites) \d/m);
  return (from === -1 ? '' : text.slice(from)).slice(0, 16_000);
}

/** Installs what the suite needs. False if it has to be left out, which is told. */
async function prepare(suite: Suite): Promise<boolean> {
  for (const need of suite.needs) {
    const reason = await ensureNeed(need, (line) => console.log(`    ${line}`));
    if (reason !== null) {
      console.log(`-   ${suite.name}: left out: ${reason}`);
      return false;
    }
  }
  for (const want of suite.wants ?? []) {
    const reason = await ensureNeed(want, (line) => console.log(`    ${line}`));
    if (reason !== null) console.log(`    ${suite.name}: not complete: ${reason}`);
  }
  return true;
}

async function runSuite(suite: Suite): Promise<Counts> {
  const started = Date.now();
  const counts =
    suite.run.kind === 'check'
      ? await runCheck(suite.run.argv, suite.timeoutMs)
      : await runVitest(suite.run.project, suite.run.file, suite.timeoutMs);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const mark = counts.failed === 0 ? 'ok ' : 'NOT OK';
  console.log(
    `${mark} ${suite.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)`,
  );
  if (Number(seconds) >= tellSlowestFrom && counts.slowest.length > 0) {
    console.log(
      `    slowest: ${counts.slowest.map(({ name, seconds }) => `${name} (${seconds} s)`).join('; ')}`,
    );
  }
  for (const failure of counts.failures) console.log(failure.replace(/^/gm, '      '));
  return counts;
}

const command = new Command('npm test --')
  .option('--only <groups...>', 'run only these groups: static, unit, sshd, e2e, lab')
  .option('--match <text>', 'run only suites whose name contains this text')
  .parse();
const { only, match } = command.opts<{ only?: string[]; match?: string }>();
const suites = allSuites().filter(
  (suite) =>
    (only === undefined || only.includes(suite.group)) && (match === undefined || suite.name.includes(match)),
);
if (suites.length === 0) command.error('No suite of that name.');

const total = { passed: 0, failed: 0, skipped: 0 };
const add = (counts: Pick<Counts, 'passed' | 'failed' | 'skipped'>): void => {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
};
const besides: Promise<void>[] = [];
try {
  for (const suite of suites) {
    if (suite.group === 'e2e' || suite.group === 'lab') await Promise.all(besides);
    if (!(await prepare(suite))) add({ passed: 0, failed: 0, skipped: 1 });
    else if (suite.beside === true) besides.push(runSuite(suite).then(add));
    else add(await runSuite(suite));
  }
  await Promise.all(besides);
} finally {
  rmSync(reports, { recursive: true, force: true });
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

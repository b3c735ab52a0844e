import { readFileSync } from 'node:fs';
import { z } from 'zod';

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numFailedTestSuites: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          /** Milliseconds; a test that was skipped has none. */
          duration: z.number().nullish(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  failures: string[];
  /** The three tests that took longest, most first. */
  slowest: { name: string; seconds: number }[];
}

/** Reads vitest's JSON report. A file that could not even be collected counts as one failure: it hides its tests. */
export function readVitestReport(path: string): Counts {
  const report = reportSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const failures: string[] = [];
  let brokenFiles = 0;
  for (const file of report.testResults) {
    const failedTests = file.assertionResults.filter((test) => test.status === 'failed');
    if (file.status === 'failed' && failedTests.length === 0) {
      brokenFiles += 1;
      failures.push(`${file.name}\n${file.message}`);
    }
    for (const test of failedTests) {
      failures.push(`${file.name} › ${test.fullName}\n${(test.failureMessages ?? []).join('\n')}`);
    }
  }
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
    slowest: report.testResults
      .flatMap((file) => file.assertionResults)
      .map((test) => ({ name: test.fullName, seconds: Math.round((test.duration ?? 0) / 1000) }))
      .sort((one, other) => other.seconds - one.seconds)
      .slice(0, 3),
  };
}

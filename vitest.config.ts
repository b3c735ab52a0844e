import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.{ts,tsx}',
            'test/scenarios/*.test.ts',
            'test/embedded/*.test.ts',
            'electron/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: ['**/*.sshd.test.ts'],
          // Some start programs, and a busy machine may stand still for seconds: what hangs is to be found, not what is slow.
          testTimeout: 20_000,
          // As many as there are cores; vitest's own choice is one less. Files share their modules: loading them took as long as the tests.
          maxWorkers: '100%',
          isolate: false,
        },
      },
      {
        // Against a real sshd on loopback.
        test: {
          name: 'sshd',
          include: ['electron/**/*.sshd.test.ts'],
          // These wait most of the time.
          maxWorkers: 4,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Against real hosts; one file at a time, since a host has only one set of cores.
        test: {
          name: 'lab',
          include: ['test/lab/**/*.lab.test.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        // Real browser, real main and preload.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});

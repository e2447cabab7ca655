import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // The tests wait for timers and sockets most of the time: two at once take little longer than one, even on two cores.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{packages,services}/*/test/**/*.test.ts',
            'web/test/**/*.test.ts',
            'tests/architecture/**/*.test.ts',
          ],
          testTimeout: 20_000,
        },
      },
      {
        // Whole networks of real processes: after all else and one file at a time, so that each has the machine to itself.
        test: {
          name: 'e2e',
          include: ['tests/{contract,e2e}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

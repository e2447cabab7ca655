import { defineConfig } from 'vitest/config';

// Polling ends as soon as what is asked for is there: a busy machine has longer than the usual second.
const slow = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 15_000 } } };

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
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        // Real peers (SIPp, Debian's rtpengine, Chromium) on one server each.
        test: {
          ...slow,
          name: 'contract',
          include: ['tests/contract/**/*.test.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Whole networks of real processes: after all else and one file at a time, so that each has the machine to itself.
        test: {
          ...slow,
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

import type { ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Real servers on two cores: more files at once would only make them wait for each other.
    maxWorkers: 2,
    // What a service without a logger says to stderr is tested where it is meant.
    onConsoleLog: (log) => !log.startsWith('probity: '),
    passWithNoTests: false,
    allowOnly: false,
  },
};

export default config;

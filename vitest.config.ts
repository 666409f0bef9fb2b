import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export of its configuration
export default defineConfig({
  test: {
    setupFiles: ['test/witness/setup.ts'],
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    // Processes, not threads: `node:sqlite` and argon2 are native, and a crash should name its file.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});

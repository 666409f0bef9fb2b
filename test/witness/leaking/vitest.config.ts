import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads the default export of its configuration
export default defineConfig({
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  test: {
    setupFiles: ['test/witness/setup.ts'],
    include: ['test/witness/leaking/a-code-in-the-log.ts'],
    pool: 'forks',
  },
});

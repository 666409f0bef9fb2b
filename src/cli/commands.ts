import type { Command } from './command.ts';

/** Every command of the program, in the order in which help lists them. Each is loaded when it is named: a health check is run often. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  check: async () => (await import('./check.ts')).check,
  test: async () => (await import('./test.ts')).test,
  simulate: async () => (await import('./simulate.ts')).simulate,
  report: async () => (await import('./report.ts')).report,
  preview: async () => (await import('./preview.ts')).preview,
  'print-config': async () => (await import('./print-config.ts')).printConfig,
  audit: async () => (await import('./audit.ts')).audit,
  healthcheck: async () => (await import('./healthcheck.ts')).healthcheck,
};

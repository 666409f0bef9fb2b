import type { Catalogue } from './command.ts';

/** Every command of the program, in the order in which help lists them. Each is loaded when it is named: a health check is run often. */
export const COMMANDS: Catalogue = {
  serve: async () => (await import('./serving/serve.ts')).serve,
  init: async () => (await import('./init/init.ts')).init,
  check: async () => (await import('./configuration/check.ts')).check,
  doctor: async () => (await import('./doctor/doctor.ts')).doctor,
  test: async () => (await import('./rules/test.ts')).test,
  simulate: async () => (await import('./rules/simulate.ts')).simulate,
  report: async () => (await import('./report/report.ts')).report,
  preview: async () => (await import('./rules/preview.ts')).preview,
  fmt: async () => (await import('./configuration/fmt.ts')).fmt,
  'print-config': async () => (await import('./configuration/print-config.ts')).printConfig,
  routes: async () => (await import('./routes/routes.ts')).routes,
  schema: async () => (await import('./configuration/schema.ts')).schema,
  channel: async () => (await import('./configuration/channel.ts')).channel,
  audit: async () => (await import('./audit/audit.ts')).audit,
  completion: async () => (await import('./terminal/completion.ts')).completion,
  healthcheck: async () => (await import('./serving/healthcheck.ts')).healthcheck,
};

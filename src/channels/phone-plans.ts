import { createRequire } from 'node:module';

type Plans = typeof import('libphonenumber-js/max');

let plans: Plans | undefined;

/**
 * The numbering plans of all countries. They are large: whoever has no channel to phone numbers does not load them. At once, and not by
 * `import()`, because numbers are read where nothing can be waited for.
 */
export function phonePlans(): Plans {
  plans ??= createRequire(import.meta.url)('libphonenumber-js/max') as Plans;
  return plans;
}

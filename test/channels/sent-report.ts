import type { Headers } from '../../src/core/wire/headers.ts';

/** A report as a provider sends it, by POST. */
export type SentReport = { readonly query: string; readonly headers: Headers; readonly body: string };

import { readFileSync } from 'node:fs';
import type { ConfigInput } from '../../../src/config/schema/schema.ts';
import type { Records } from './shop.ts';

/** What happens between two requests, or the request with the code that a customer was sent. */
export type Step =
  | string
  | { readonly wait: string }
  | { readonly codeOf: string }
  /** A request that no text can be: compressed, or too long to be written down. */
  | { readonly bytes: Buffer }
  | { readonly setRecord: string; readonly fields: Readonly<Record<string, unknown>> };

/** What customers were sent, by address and text. */
export type Messages = {
  readonly count?: number;
  readonly to?: readonly string[];
  readonly oneOf?: readonly string[];
  readonly only?: readonly string[];
  readonly notTo?: readonly string[];
  readonly contains?: readonly string[];
};

export type Expected = {
  /** Of the last request, or a list about each; null: not looked at. */
  readonly passes?: boolean | readonly (boolean | null)[];
  /** The answer that the rest is about; the last where it is left out. */
  readonly at?: number;
  readonly status?: number;
  readonly result?: string;
  readonly fields?: readonly string[];
  readonly names?: readonly string[];
  readonly says?: string;
  readonly row?: string;
  readonly problem?: boolean;
  readonly otherValues?: boolean;
  readonly requestsAtCrm?: number;
  readonly messages?: Messages;
  /** The value as the message has it, or `…` where it has not. */
  readonly shows?: string;
  readonly exactly?: boolean;
  readonly ownRead?: { readonly with?: readonly string[]; readonly without?: string };
  readonly atCrm?: readonly string[];
  readonly codeAtCrm?: boolean;
  readonly audit?: { readonly rule: number; readonly events?: number; readonly atLeast?: number };
  readonly log?: string;
  readonly exit?: number;
  readonly either?: readonly Expected[];
};

/** One story from outside, told in bytes. `steps`: what a program does in the place of requests. */
export type Case = {
  readonly id: string;
  readonly kind: string;
  readonly why: string;
  readonly config?: Partial<ConfigInput>;
  readonly records?: Records;
  readonly crm?: string;
  readonly requests?: readonly Step[];
  readonly steps?: string;
  readonly expect: Expected;
};

const file: {
  readonly base: { readonly config: ConfigInput; readonly records: Records };
  readonly cases: readonly Case[];
} = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8'));

export const cases = file.cases;

/** The configuration of a case: its own keys over the common ones, a rule without `code` with the common one. */
export function configOf({ config = {} }: Case): ConfigInput {
  const common = file.base.config;
  const code = common.rules[0]?.code;
  const laid = { ...common, ...config };
  return { ...laid, rules: laid.rules.map((rule) => ({ ...(code && { code }), ...rule })) };
}

/** The records of a case, over the common ones. */
export function recordsOf({ records = {} }: Case): Records {
  return { ...file.base.records, ...records };
}

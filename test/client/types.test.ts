import type { AxiosInstance } from 'axios';
import type { AfterResponseHook } from 'ky';
import type { fetch as undiciFetch } from 'undici';
import { expectTypeOf, it } from 'vitest';
import type { withCountersign as withAxios } from '../../src/client/axios.ts';
import {
  type Ask,
  type AskAnswer,
  type Challenge,
  CountersignError,
  type RuleRow,
  type Slug,
  withCountersign,
} from '../../src/client/client.ts';
import type { askWithDialog } from '../../src/client/dialog.ts';
import type { countersignHook } from '../../src/client/ky.ts';

it('what comes back has the types of what went in', () => {
  expectTypeOf(withCountersign<typeof fetch>).returns.toEqualTypeOf<typeof fetch>();
  expectTypeOf(withCountersign<typeof undiciFetch>).returns.toEqualTypeOf<typeof undiciFetch>();
  expectTypeOf<typeof withAxios<AxiosInstance>>().returns.toEqualTypeOf<AxiosInstance>();
  expectTypeOf<ReturnType<typeof countersignHook>>().toExtend<AfterResponseHook>();
  expectTypeOf<ReturnType<typeof askWithDialog>>().toEqualTypeOf<Ask>();
});

it('a question and its answers have their types to the letter', () => {
  expectTypeOf<Ask>().toEqualTypeOf<(challenge: Challenge) => AskAnswer | Promise<AskAnswer>>();
  expectTypeOf<AskAnswer>().toEqualTypeOf<string | Readonly<Record<string, string>> | undefined>();
  expectTypeOf<Challenge['rules']>().toEqualTypeOf<readonly RuleRow[]>();
  expectTypeOf<Challenge['attemptsRemaining']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<Challenge['sentTo']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Challenge['expiresAt']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Challenge['previous']>().toEqualTypeOf<Slug | undefined>();
  expectTypeOf<Challenge['resend']>().toEqualTypeOf<(rule?: string) => Promise<RuleRow>>();
  expectTypeOf<Challenge['signal']>().toEqualTypeOf<AbortSignal>();
});

it('an error has its types to the letter', () => {
  expectTypeOf(CountersignError).instance.toExtend<Error>();
  expectTypeOf<CountersignError['name']>().toEqualTypeOf<'CountersignError'>();
  expectTypeOf<CountersignError['slug']>().toEqualTypeOf<Slug>();
  expectTypeOf<CountersignError['retryAfter']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<CountersignError['response']>().toEqualTypeOf<Response>();
  expectTypeOf<CountersignError['gaveUp']>().toEqualTypeOf<boolean>();
});

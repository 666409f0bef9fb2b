import * as z from 'zod';
import type { Advice, HostPort } from '../kinds/kind.ts';
import { isLoopback } from '../kinds/loopback.ts';
import { duration, httpUrl } from '../kinds/values.ts';
import { phonePlans } from './phone-plans.ts';

const country = z.string().refine((text) => phonePlans().isSupportedCountry(text), {
  error: 'must be a country of ISO 3166, two capital letters such as BR',
});

/** Keys of channels to phone numbers. */
export const phones = {
  defaultCountry: country
    .optional()
    .describe('Where numbers that are written without a country are at home.'),
  countries: z
    .array(country)
    .min(1)
    .optional()
    .describe(
      'Countries to which messages may go. By default that of defaultCountry, and all where there is none.',
    ),
};

/** How long a provider may take, in milliseconds once it is read. */
export const timeout = duration('100ms', '60s')
  .prefault('5s')
  .describe('How long the provider may take for one message.');

/** Where a provider's API is. */
export const baseUrl = (preset: string) =>
  httpUrl.prefault(preset).describe('Where the API is; another one for tests.');

/** The server behind a URL. */
export function serverAt(url: string): HostPort {
  const { protocol, hostname, port } = new URL(url);
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
  };
}

/** What there is to say of a URL to which codes are sent. */
export function adviseUrl(key: string, url: string): readonly Advice[] {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || isLoopback(hostname)) return [];
  return [{ path: [key], message: 'codes travel in clear to another machine: use https' }];
}

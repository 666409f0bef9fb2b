import * as z from 'zod';
import { isForwarded } from '../core/wire/headers.ts';
import { isLoopback } from './loopback.ts';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const DURATION = /^(\d{1,12})(ms|s|m|h)$/;
const DURATION_HINT = 'must be a duration such as 500ms, 30s, 5m or 24h';

/** A duration of text, `30s`, in milliseconds. The bounds are durations too, and are named in the refusal. */
export function duration(least: string, most: string) {
  return z
    .string({ error: DURATION_HINT })
    .regex(DURATION, { error: DURATION_HINT })
    .transform((text, context) => {
      const valueMs = durationMs(text);
      if (valueMs < durationMs(least))
        context.addIssue({ code: 'custom', message: `must be at least ${least}` });
      if (valueMs > durationMs(most))
        context.addIssue({ code: 'custom', message: `must be at most ${most}` });
      return valueMs;
    });
}

function durationMs(text: string): number {
  const [, count = '', unit = ''] = DURATION.exec(text) ?? [];
  return Number(count) * (UNITS_MS[unit] ?? Number.NaN);
}

/** The duration as it is written, in the largest unit that tells it exactly. */
export function durationText(valueMs: number): string {
  const [unit = 'ms', unitMs = 1] =
    Object.entries(UNITS_MS).findLast(([, each]) => valueMs > 0 && valueMs % each === 0) ?? [];
  return `${valueMs / unitMs}${unit}`;
}

/** Whether a published pattern is that of durations. */
export function isDurationPattern(pattern: string): boolean {
  return pattern === DURATION.source;
}

const SIZE = /^(\d{1,12})(?: ?(KiB|MiB|GiB))?$/;
const SIZE_HINT = 'must be a number of bytes, or a size such as 512KiB or 8MiB';
const MAX_BYTES = 1024 ** 4;

/** A size, `8MiB` or a number of bytes, in bytes. */
export const size = z
  .union([z.int(), z.string().regex(SIZE, { error: SIZE_HINT })], { error: SIZE_HINT })
  .transform((written, context) => {
    const [, count = '', unit] = SIZE.exec(String(written)) ?? [];
    const bytes = Number(count || Number.NaN) * 1024 ** (['KiB', 'MiB', 'GiB'].indexOf(unit ?? '') + 1);
    if (!(bytes >= 1 && bytes <= MAX_BYTES))
      context.addIssue({ code: 'custom', message: 'must be between 1 byte and 1 TiB' });
    return bytes;
  });

/** A TCP port; 0 lets the system choose one. */
export const port = z.int().min(0).max(65535);

/** A host name, an IPv4 or an IPv6 address, alone. */
export const host = z.string().regex(/^(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|(?=.*:.*:)[0-9A-Fa-f:.]+)$/, {
  error: 'must be a host name or an address, without scheme or port',
});

/** An address or a network, `10.0.0.0/8`. */
export const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'must be an address or a network such as 10.0.0.0/8',
});

/** An http or https URL, with or without a base path, without a slash at its end. */
export const httpUrl = z.string().transform((text, context) => {
  const fault = urlFault(text);
  if (fault === undefined) return new URL(text).href.replace(/\/+$/, '');
  context.addIssue({ code: 'custom', message: fault });
  return z.NEVER;
});

/** An https URL, with or without a path, without a slash at its end; http for this machine only: links with secrets in them lead there. */
export const publicUrl = z.string().transform((text, context) => {
  const fault = urlFault(text);
  const url = fault === undefined ? new URL(text) : undefined;
  if (url && (url.protocol === 'https:' || isLoopback(url.hostname))) return url.href.replace(/\/+$/, '');
  context.addIssue({ code: 'custom', message: fault ?? 'must start with https://, but for this machine' });
  return z.NEVER;
});

/** An http or https URL that requests go to as it is written. */
export const endpointUrl = z.string().transform((text, context) => {
  const fault = urlFault(text);
  if (fault === undefined) return new URL(text).href;
  context.addIssue({ code: 'custom', message: fault });
  return z.NEVER;
});

function urlFault(text: string): string | undefined {
  if (/[\s\\]/.test(text) || !URL.canParse(text)) return 'must be a URL such as http://127.0.0.1:3000';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must start with http:// or https://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or a password';
  return /[?#]/.test(text) ? 'must not have a query or a fragment' : undefined;
}

/** A name that other parts of the configuration refer to. */
export const entryName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/, {
  error: 'a name here has letters, digits, "_", "." and "-" only, 64 at most',
});

/** The name of a record's field. */
export const fieldName = z.string().min(1).max(200);

/** A JSON pointer, RFC 6901; the empty one is the whole document. */
export const pointer = z.string().regex(/^(?:\/(?:[^~/]|~[01])*)*$/, {
  error: 'must be a JSON pointer such as /data/attributes, or "" for the whole document',
});

/** The name of a record's field, or where it stands deeper, a JSON pointer that leads to it. */
export const fieldOrPointer = fieldName.regex(/^(?:[^/].*|(?:\/(?:[^~/]|~[01])*)+)$/s, {
  error: 'must be the name of a field, or a JSON pointer such as /customer/id',
});

/** The name of a cookie. Source: RFC 6265 §4.1.1. */
export const cookieName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]{1,200}$/, { error: 'must be the name of a cookie' });

/** The name of a header that clients send and that reaches the CRM. */
export const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,100}$/, { error: 'must be the name of a header, of letters, digits and "-"' })
  .refine(isForwarded, { error: 'names a header that is never sent on as the client wrote it' });

/** A language as RFC 5646 writes it. */
export const languageTag = z.string().regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, {
  error: 'must be a language such as es or es-MX',
});

/** The origin of a page, as browsers send it. */
export const webOrigin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: 'must be an origin such as https://app.example.com: no path, no slash at its end, no wildcard',
});

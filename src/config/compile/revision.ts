import { createHash } from 'node:crypto';
import type { Decoded } from '../schema/schema.ts';

/** Twelve hexadecimal digits that stand for the configuration. Secrets that stand in it themselves are left out. */
export function revisionOf(decoded: Decoded): string {
  const channels = Object.entries(decoded.channels).map(([name, channel]) => ({
    ...channel,
    name,
    password: undefined,
    authToken: undefined,
    token: undefined,
    secret: undefined,
    reports:
      channel.kind === 'twilio' ? channel.reports?.url : 'reports' in channel && channel.reports !== false,
  }));
  const callers = decoded.callers.map((source) =>
    'jwt' in source ? { jwt: { ...source.jwt, secret: undefined } } : source,
  );
  const admin = decoded.admin && { ...decoded.admin, token: undefined };
  const store = { ...decoded.store, password: undefined };
  const told = JSON.stringify({
    ...decoded,
    $schema: undefined,
    secret: undefined,
    admin,
    channels,
    store,
    callers,
  });
  return createHash('sha256').update(told).digest('hex').slice(0, 12);
}

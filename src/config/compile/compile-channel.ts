import { resolve } from 'node:path';
import type { ConfigPath, Finding } from '../explain/problem.ts';
import type { Decoded } from '../schema/schema.ts';
import type { SecretSource } from '../schema/schema-secret.ts';
import type { ChannelConfig } from './channel-config.ts';
import { resolveText, type Surroundings } from './resolve-secret.ts';
import { withHidden } from './snapshot.ts';

type Entry = Decoded['channels'][string];

/** The channel as it is opened, with its secrets fetched; what is wrong with them is added to the findings. */
export function compileChannel(
  name: string,
  channel: Entry,
  surroundings: Surroundings,
  findings: Finding[],
): ChannelConfig {
  const fetch = (source: SecretSource, ...key: ConfigPath): string => {
    const resolved = resolveText(source, ['channels', name, ...key], surroundings);
    if (resolved.ok) return resolved.value;
    findings.push(resolved.finding);
    return '';
  };
  switch (channel.kind) {
    case 'outbox': {
      const { folder, ...rest } = channel;
      return { name, ...rest, ...(folder !== undefined && { folder: resolve(surroundings.folder, folder) }) };
    }
    case 'smtp': {
      const { password, ...rest } = channel;
      const visible = visibleOf(name, rest);
      return password === undefined
        ? visible
        : withHidden(visible, { password: fetch(password, 'password') });
    }
    case 'twilio': {
      const { authToken: source, reports, ...rest } = channel;
      const authToken = fetch(source, 'authToken');
      const visible = visibleOf(name, rest);
      if (!reports) return withHidden(visible, { authToken });
      const signing =
        reports.authToken === undefined ? authToken : fetch(reports.authToken, 'reports', 'authToken');
      return withHidden(visible, { authToken, reports: { url: reports.url, authToken: signing } });
    }
    case 'whatsapp': {
      const { token, reports, ...rest } = channel;
      const visible = visibleOf(name, rest);
      const hidden = { token: fetch(token, 'token') };
      if (!reports) return withHidden(visible, hidden);
      const appSecret = fetch(reports.appSecret, 'reports', 'appSecret');
      const verifyToken = fetch(reports.verifyToken, 'reports', 'verifyToken');
      return withHidden(visible, { ...hidden, reports: { appSecret, verifyToken } });
    }
    case 'webhook': {
      const { secret, ...rest } = channel;
      const fetchKey = (source: SecretSource, ...key: ConfigPath): string => {
        const value = fetch(source, ...key);
        if (value !== '' && !WEBHOOK_SECRET.test(value))
          findings.push({
            path: ['channels', name, ...key],
            message: 'must lead to whsec_ and Base64 of 24 to 64 bytes',
          });
        return value;
      };
      const secrets = Array.isArray(secret)
        ? secret.map((source, index) => fetchKey(source, 'secret', index))
        : [fetchKey(secret, 'secret')];
      return withHidden(visibleOf(name, rest), { secrets });
    }
  }
}

const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

type Defined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

function visibleOf<T extends { readonly timeout: number }>(name: string, { timeout: timeoutMs, ...rest }: T) {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { name, ...(Object.fromEntries(given) as Defined<typeof rest>), timeoutMs };
}

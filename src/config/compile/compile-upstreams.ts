import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigPath, Diagnostic } from '../explain/problem.ts';
import { reasonOf } from '../file/read-file.ts';
import type { Decoded } from '../schema/schema.ts';
import type { UpstreamSettings } from '../schema/schema-upstream.ts';
import type { UpstreamConfig } from './snapshot.ts';

/** One way to a CRM as it is configured, with its name, empty where it has none, and its place in the configuration. */
export type NamedUpstream = {
  readonly name: string;
  readonly settings: UpstreamSettings;
  readonly path: ConfigPath;
};

/** The upstreams, the default first. A default that is named and not there is left out. */
export function upstreamsIn({
  upstream,
  upstreams,
}: Pick<Decoded, 'upstream' | 'upstreams'>): readonly NamedUpstream[] {
  const named = Object.entries(upstreams).map(([name, settings]) => ({
    name,
    settings,
    path: ['upstreams', name],
  }));
  if (typeof upstream !== 'string') return [{ name: '', settings: upstream, path: ['upstream'] }, ...named];
  return named.toSorted((one, two) => Number(two.name === upstream) - Number(one.name === upstream));
}

/** Makes the upstreams ready: certificates read, durations in milliseconds. What is wrong is added to the findings. */
export function compileUpstreams(
  decoded: Decoded,
  folder: string,
  findings: Diagnostic[],
): readonly UpstreamConfig[] {
  return upstreamsIn(decoded).map(({ name, settings, path }) => {
    const ca = certificatesOf(settings, path, folder, findings);
    const { url, timeout, connectTimeout, host, cookies = [] } = settings;
    const way = { url, timeoutMs: timeout, connectTimeoutMs: connectTimeout, host };
    return {
      ...way,
      ...(ca !== undefined && { ca }),
      ...(name !== '' && { name }),
      ...(cookies.length > 0 && { cookies }),
    };
  });
}

function certificatesOf(
  { caFile }: UpstreamSettings,
  place: ConfigPath,
  folder: string,
  findings: Diagnostic[],
): string | undefined {
  if (caFile === undefined) return undefined;
  const path = [...place, 'caFile'];
  try {
    const text = readFileSync(resolve(folder, caFile), 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
    findings.push({ path, message: `the file ${caFile} holds no PEM certificate` });
  } catch (error) {
    findings.push({ path, message: `the file ${caFile} cannot be read: ${reasonOf(error)}` });
  }
  return undefined;
}

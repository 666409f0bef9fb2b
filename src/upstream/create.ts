import type { ModuleDefinition } from '../core/saving/mount.ts';
import { withTrace } from '../core/wire/trace-context.ts';
import type { Upstream } from '../ports.ts';
import { createClient, type UpstreamOptions } from './client.ts';
import { lookUp } from './look-up.ts';
import { createRecordReader } from './record-reader.ts';
import { streamThrough } from './stream.ts';
import { createUpgrader } from './upgrade.ts';

/** The way to one CRM. */
export function createUpstream(options: UpstreamOptions, modules: readonly ModuleDefinition[]): Upstream {
  const client = createClient(options);
  const upgrader = createUpgrader(options);
  const definitions = new Map(modules.map((definition) => [definition.name, definition]));
  return {
    forward: ({ request }, trace = []) =>
      client.request({ ...request, headers: withTrace(request.headers, trace) }),
    collect: client.collect,
    stream: (request, path, headers) => streamThrough(client, options.timeoutMs, request, path, headers),
    upgrade: upgrader.upgrade,
    readerFor: (headers, session) => createRecordReader(client, definitions, headers, session),
    lookUp: (definition, value, headers) => lookUp(client, definition, value, headers),
    async close(withinMs) {
      upgrader.close();
      await client.close(withinMs);
    },
  };
}

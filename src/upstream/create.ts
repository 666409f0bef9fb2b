import type { ModuleDefinition } from '../core/saving/module.ts';
import { withTrace } from '../core/wire/trace-context.ts';
import type { Upstream, UpstreamResponse } from '../ports.ts';
import { createClient, type UpstreamOptions } from './client.ts';
import { ALL_COOKIES, type CookieShare } from './cookies.ts';
import { lookUp } from './look-up.ts';
import { createRecordReader } from './record-reader.ts';
import { streamThrough } from './stream.ts';
import { createUpgrader } from './upgrade.ts';

/** The way to one CRM. */
export function createUpstream(
  options: UpstreamOptions,
  modules: readonly ModuleDefinition[],
  cookies: CookieShare = ALL_COOKIES,
): Upstream {
  const client = createClient(options);
  const upgrader = createUpgrader(options);
  const definitions = new Map(modules.map((definition) => [definition.name, definition]));
  const own = (answer: UpstreamResponse): UpstreamResponse => ({
    ...answer,
    headers: cookies.ofAnswer(answer.headers),
  });
  return {
    forward: async ({ request }, trace = []) =>
      own(
        await client.request({ ...request, headers: withTrace(cookies.ofRequest(request.headers), trace) }),
      ),
    collect: client.collect,
    stream(request, path, headers) {
      const { timeoutMs } = options;
      const streamed = streamThrough(client, timeoutMs, request, path, cookies.ofRequest(headers));
      return { ...streamed, answer: streamed.answer.then(own) };
    },
    upgrade: (request, socket, head, path, headers) =>
      upgrader.upgrade(request, socket, head, path, cookies.ofRequest(headers)),
    readerFor: (headers, session, query) =>
      createRecordReader(client, definitions, cookies.ofRequest(headers), session, query),
    lookUp: (definition, value, headers) => lookUp(client, definition, value, cookies.ofRequest(headers)),
    async close(withinMs) {
      upgrader.close();
      await client.close(withinMs);
    },
  };
}

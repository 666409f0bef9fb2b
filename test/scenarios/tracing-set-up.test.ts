import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { gatewayOptions } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { serve } from './gateway-process.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

type Exported = {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly unknown[] };
    readonly scopeSpans: readonly { readonly spans: readonly Readonly<Record<string, unknown>>[] }[];
  }[];
};

/** What takes spans by OTLP. Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
async function openCollector() {
  const taken: { readonly path: string | undefined; readonly body: Exported }[] = [];
  const server = createServer(async (request, response) => {
    taken.push({ path: request.url, body: (await json(request)) as Exported });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken };
}

test('a gateway with the example of a set-up sends its spans, the last ones when it ends', async () => {
  const crm = await openCrm();
  const collector = await openCollector();
  const { secret: _, log: __, ...options } = gatewayOptions(crm.url);
  const setUp = new URL('../../examples/tracing/setup.mjs', import.meta.url).href;
  const gateway = await serve(openFolder(), options, {
    env: { NODE_OPTIONS: `--import ${setUp}`, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  });
  await gateway.rep.call('PATCH', NOTE, { status: 'Shipped' }, { traceparent: `00-${TRACE}-${PARENT}-01` });
  expect(await gateway.stop()).toBe(0);
  expect(collector.taken.map(({ path }) => path)).toEqual(['/v1/traces']);
  const [{ resource, scopeSpans } = { resource: { attributes: [] }, scopeSpans: [] }] =
    collector.taken[0]?.body.resourceSpans ?? [];
  expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'countersign' } });
  const spans = scopeSpans.flatMap((scope) => scope.spans);
  const [forward, guard] = spans;
  expect(spans.map(({ name, traceId }) => [name, traceId])).toEqual([
    ['countersign.forward', TRACE],
    ['countersign.guard', TRACE],
  ]);
  expect([guard?.['parentSpanId'], forward?.['parentSpanId']]).toEqual([PARENT, guard?.['spanId']]);
  expect(crm.saves[0]?.headers).toContainEqual([
    'traceparent',
    `00-${TRACE}-${String(forward?.['spanId'])}-01`,
  ]);
});

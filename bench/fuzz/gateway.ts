import { createGateway } from '../../src/gateway/gateway.ts';
import { gatewayOptions } from '../../test/harness/delivery.ts';

/** What the child process is asked, and what it answers. */
export type Question = 'memory' | 'close';
export type Answer = { readonly port: number } | { readonly rssBytes: number };

/** The gateway that is fuzzed, in a process of its own: `node --expose-gc gateway.ts <url of the CRM>`. */
const gateway = createGateway(
  gatewayOptions(process.argv[2] ?? '', {
    modules: {
      DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
      Notes: { dialect: 'rest', path: '/api/Notes', records: '/records' },
    },
    passthrough: ['/api/Contacts/**'],
    body: { timeout: '2s' },
  }),
);
const { url } = await gateway.listen();
process.send?.({ port: Number(new URL(url).port) } satisfies Answer);

process.on('message', (question: Question) => {
  if (question === 'close') {
    process.disconnect();
    void gateway.close();
    return;
  }
  for (let round = 0; round < 3; round++) globalThis.gc?.();
  process.send?.({ rssBytes: process.memoryUsage().rss } satisfies Answer);
});

import { createServer, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { deliveredTo } from '../../test/attacks/readers/all.ts';

/** A CRM that keeps nothing, shows every record as not yet delivered, and tells of each request that delivers to some reader. */
export function createCrm(onDelivery: (what: string) => void): Server {
  return createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    const { method = '', url = '', rawHeaders } = request;
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const headers = Array.from(
      { length: rawHeaders.length / 2 },
      (_, index) => [rawHeaders[2 * index] ?? '', rawHeaders[2 * index + 1] ?? ''] as const,
    );
    const query = mark < 0 ? '' : url.slice(mark + 1);
    const readers = deliveredTo({ method, path, query, headers, body });
    if (readers.length > 0)
      onDelivery(`${method} ${url} to ${readers.join(', ')}: ${JSON.stringify(body.toString('latin1'))}`);
    const last = path.split('/').at(-1) ?? '';
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      method === 'HEAD'
        ? undefined
        : JSON.stringify({ id: safeId(last), status: 'Created', email: 'ann@example.com' }),
    );
  });
}

/** Databases find record 45 under `045` and `45abc`, and show it by its own id. */
function safeId(segment: string): string {
  const number = Number.parseInt(segment.replace(/%20|\+/g, ''), 10);
  return Number.isNaN(number) ? segment : String(number);
}

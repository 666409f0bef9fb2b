import { type Said, type StandIn, startStandIn } from './stand-in.ts';

/** The orders of the story, by id. */
export const ORDERS = {
  '45': { id: 45, status: 'Open', note: '', email: 'ann@example.com' },
  '46': { id: 46, status: 'Open', note: '', email: 'bob@example.com' },
} as const;

export const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** A CRM with doors of its own kind. It shows orders at several addresses, and says yes to every write. */
export async function startOrderCrm(): Promise<StandIn & { readonly writes: () => readonly string[] }> {
  const standIn = await startStandIn(({ method, pathname, query }): Said => {
    const id =
      /(?:orders|order-view|Orders)(?:\/|\((?:ID=)?)(\w+)\)?$/.exec(pathname)?.[1] ?? query.get('id') ?? '';
    const order = ORDERS[id as keyof typeof ORDERS];
    if (method === 'GET' && pathname === '/profile')
      return { status: 200, body: { status: 'Open', email: 'me@example.com' } };
    if (method !== 'GET') return { status: 200, body: { ok: true } };
    if (!order) return { status: 404, body: {} };
    return { status: 200, body: pathname.includes('order-view') ? { order } : order };
  });
  return {
    ...standIn,
    writes: () =>
      standIn.received
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path, body }) => `${method} ${path} ${body}`.trim()),
  };
}

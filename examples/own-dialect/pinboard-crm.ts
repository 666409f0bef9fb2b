import { type Asked, type Said, startStandIn } from 'countersign/testing/contracts';

type Card = Record<string, unknown>;

/** The stand-in: as much of the CRM as its dialect knows, and as careless. */
export async function startPinboard(card: Card) {
  const cards = new Map<string, Card>([[String(card['id']), { ...card }]]);
  const standIn = await startStandIn((asked): Said => ({ status: 200, body: answerTo(asked, cards) }));
  return { ...standIn, stored: () => cards.get(String(card['id'])) };
}

function answerTo({ method, pathname, json, header }: Asked, cards: Map<string, Card>): object {
  const [, , id, action] = pathname.split('/');
  if (header('authorization') === undefined) return { ok: false, why: 'who are you?' };
  if (id === 'search') return { ok: true, found: cards.size };
  if (id === undefined && method === 'POST') {
    cards.set('new', { ...(json['new'] as Card), id: 'new' });
    return { ok: true };
  }
  const card = cards.get(id ?? '');
  if (id === undefined || !card) return { ok: false, why: 'no such card' };
  if (method === 'GET') return { ok: true, card };
  if (action === 'drop') cards.delete(id);
  else cards.set(id, { ...card, ...(json['set'] as Card), ...(json['also'] as Card) });
  return { ok: true };
}

import { describe, expect, it } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { HARMLESS, JSON_TYPE, NOTE, stage } from '../http/stage.ts';

const FORM_TYPE = 'Content-Type: application/x-www-form-urlencoded';

/** Each is a delivery to a reader that undoes one thing more than others. */
describe('what a lenient reader takes for the guarded field waits for a code', () => {
  it.each([
    ['a form that begins with ?, as an address does', '?status=Delivered'],
    ['the same behind a byte order mark', '\ufeff?status=Delivered'],
    ['the same, encoded', '%3Fstatus=Delivered'],
    ['a value that is encoded twice', 'status=%2544elivered'],
    ['a value that is encoded for unescape', 'status=%u0044elivered'],
    ['a value that is encoded three times', 'status=%252544elivered'],
    ['a name that is encoded twice', '%2573tatus=Delivered'],
    ['brackets that are encoded twice', 'data%255Bstatus%255D=Delivered'],
  ])('%s', async (_what, body) => {
    const scene = await stage();
    const answer = await scene.send(`PUT ${NOTE}`, [FORM_TYPE], body);
    expect([400, 428]).toContain(answer.status);
    expect(scene.crm.saves).toEqual([]);
  });

  it('a value of two words that is encoded twice', async () => {
    const rules = [deliveryRule({ when: { changed_to: ['status', 'Handed over'] } })];
    const scene = await stage({ rules });
    expect((await scene.send(`PUT ${NOTE}`, [FORM_TYPE], 'status=Handed%2Bover')).status).toBe(428);
    expect((await scene.send(`PUT ${NOTE}`, [JSON_TYPE], '{"status":"Handed%20over"}')).status).toBe(428);
    expect(scene.crm.saves).toEqual([]);
  });

  it.each([
    '??status=Delivered',
    '?%3Fstatus=Delivered',
    '?a=1&?status=Delivered',
  ])('a query %s beside the save', async (query) => {
    const scene = await stage();
    expect((await scene.send(`PUT ${NOTE}${query}`, [JSON_TYPE], HARMLESS)).status).toBe(400);
    expect(scene.crm.saves).toEqual([]);
  });

  it('honest forms of the same shape pass as they are', async () => {
    const scene = await stage();
    scene.crm.answerWith(({ method }, response, proceed) =>
      method === 'PUT' ? response.end('{}') : proceed(),
    );
    const honest = ['?notes=left', 'notes=100%2525', 'notes=a%2Bb&%2563ity=Rome', 'notes=why%3F'];
    for (const body of honest) expect((await scene.send(`PUT ${NOTE}`, [FORM_TYPE], body)).status).toBe(200);
    expect(scene.crm.saves.map(({ body }) => body.toString())).toEqual(honest);
    expect(scene.gateway.outbox.messages()).toEqual([]);
  });
});

describe('a document that is read without its backslashes', () => {
  /** `json_decode(stripslashes($body))` */
  const stripped = (text: string) => JSON.parse(text.replace(/\\(.)/g, '$1')) as Record<string, unknown>;

  it('has the members that were judged, and no others', async () => {
    const scene = await stage();
    const notes = 'x","status":"Delivered","a":"';
    const text = JSON.stringify({ notes });
    expect(stripped(text)).toHaveProperty('status', 'Delivered');
    expect((await scene.send(`PUT ${NOTE}`, [JSON_TYPE], text)).status).toBe(200);
    const sent = scene.crm.saves[0]?.body.toString() ?? '';
    expect(Object.keys(stripped(sent))).toEqual(['notes']);
    expect(JSON.parse(sent)).toEqual({ notes });
  });

  it('keeps what its lines and quotes say', async () => {
    const scene = await stage();
    const notes = 'He said: "two\tboxes"\r\n\\o/ \b\f\u0000\u001f é 😀 \u2028';
    expect((await scene.send(`PUT ${NOTE}`, [JSON_TYPE], JSON.stringify({ notes }))).status).toBe(200);
    const sent = scene.crm.saves[0]?.body.toString() ?? '';
    expect(JSON.parse(sent)).toEqual({ notes });
    expect(sent).not.toMatch(/\\[^u]/);
  });
});

describe('a GET that carries a GraphQL mutation', () => {
  const MUTATION = 'mutation { updateNote(id: 45, status: "Delivered") { id } }';
  const sent = (document: string, name = 'query') => `GET /graphql?${name}=${encodeURIComponent(document)}`;

  it.each([
    ['as it is', sent(MUTATION)],
    ['with a name and variables', sent('mutation Close($id: ID!) { close(id: $id) { id } }')],
    ['behind a comment', sent(`# a query\n${MUTATION}`)],
    ['behind a query', sent(`query A { note { id } } ${MUTATION}`)],
    ['behind a fragment with a text', sent(`fragment F on Note { a(b: "}") } ${MUTATION}`)],
    ['behind commas and a byte order mark', sent(`\ufeff,,,${MUTATION}`)],
    ['with a directive', sent('mutation@live{close{id}}')],
    ['encoded twice', `GET /graphql?query=${encodeURIComponent(encodeURIComponent(MUTATION))}`],
    ['under another name', sent(MUTATION, 'document')],
    ['as HEAD', sent(MUTATION).replace('GET', 'HEAD')],
    ['on the path of a module', sent(MUTATION).replace('/graphql', NOTE)],
  ])('%s is a write', async (_how, line) => {
    const scene = await stage();
    const answer = await scene.send(line, ['Connection: close']);
    expect(answer.status).toBe(403);
    expect(answer.headers['otprules-result']).toBe('unmapped-write');
    expect(scene.crm.received).toEqual([]);
  });

  it.each([
    ['a query', sent('query Mutation { notes(text: "mutation {") { id } }')],
    ['a query without a word', sent('{ mutation { id } }')],
    ['a fragment of that name', sent('query A { ...mutation } fragment mutation on Note { id }')],
    ['a search for the word', 'GET /search?q=mutation'],
    ['a filter', `GET /api/Other?filter=${encodeURIComponent('{"type":{"_eq":"mutation"}}')}`],
  ])('%s is a read, and passes as it came', async (_what, line) => {
    const scene = await stage();
    expect((await scene.send(line)).status).toBe(200);
    expect(scene.crm.received[0]?.path).toBe(line.replace('GET ', ''));
  });

  it('passes where the operator opened the path, or all of them', async () => {
    for (const changes of [{ passthrough: ['/graphql'] }, { unmappedWrites: 'forward' as const }]) {
      const scene = await stage(changes);
      expect((await scene.send(sent(MUTATION))).status).toBe(200);
    }
  });
});

describe('unmappedReads: refuse', () => {
  const refusing = { unmappedReads: 'refuse' as const, passthrough: ['/open/**'] };

  it.each([
    'GET /webform/capture.php?name=x',
    'HEAD /webform/capture.php',
    'OPTIONS /webform',
    'GET /',
    `GET ${NOTE}/approve`,
    'GET /api/DeliveryNotes/bulk',
  ])('%s is refused, and reaches nobody', async (line) => {
    const scene = await stage(refusing);
    const answer = await scene.send(line, ['Connection: close']);
    expect(answer.status).toBe(403);
    expect(answer.headers['otprules-result']).toBe('unmapped-read');
    expect(scene.crm.received).toEqual([]);
  });

  it.each([
    `GET ${NOTE}`,
    'GET /api/DeliveryNotes?page=1',
    `OPTIONS ${NOTE}`,
    'GET /open/x',
    'POST /open/x',
  ])('%s passes', async (line) => {
    const scene = await stage(refusing);
    expect((await scene.send(line)).status).toBe(200);
  });

  it('by default all of them pass, in shadow mode they pass and are told', async () => {
    const scene = await stage();
    expect((await scene.send('GET /webform/capture.php?name=x')).status).toBe(200);
    const shadowed = await stage({ ...refusing, mode: 'shadow' });
    expect((await shadowed.send('GET /webform/capture.php?name=x')).status).toBe(200);
  });
});

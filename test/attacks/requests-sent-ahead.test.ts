import { expect, onTestFinished, test } from 'vitest';
import { openRaw, rawRequest } from '../harness/raw.ts';
import { NOTE } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openWorld } from '../harness/world.ts';
import { stage } from '../upstream/stage.ts';

/*
 * A client sends requests ahead on one connection, and does not wait for answers. Nothing overtakes a save that is held, and one connection
 * asks the CRM for one thing at a time.
 */

const JSON_TYPE = 'Content-Type: application/json';
const RECOUNT = '/hooks/recount';

/** A world in which a code is out, whose CRM answers requests of one path when it is told to. */
async function openHeld(heldPath: string) {
  const world = await openWorld({ passthrough: ['/hooks/**', '/ping'] });
  await world.rep.deliver();
  const before = world.crm.received.length;
  const held = Promise.withResolvers<void>();
  world.crm.answerWith(({ method, path }, _response, proceed) => {
    if (`${method} ${path}` === heldPath) void held.promise.then(proceed);
    else proceed();
  });
  const client = await openRaw(Number(new URL(world.url).port));
  onTestFinished(client.close);
  const save = (code?: string) => {
    const headers = [JSON_TYPE, 'Authorization: Bearer rep', ...(code ? [`OTPRULES-OTP-7: ${code}`] : [])];
    return rawRequest(`PATCH ${NOTE}`, headers, '{"status":"Delivered"}');
  };
  return {
    ...world,
    client,
    save,
    goOn: held.resolve,
    paths: () => world.crm.received.slice(before).map(({ method, path }) => `${method} ${path}`),
  };
}

const recount = (body = '{}', headers: readonly string[] = []) =>
  rawRequest(`POST ${RECOUNT}`, [JSON_TYPE, ...headers], body);

test('what is sent behind a save that is held arrives at the CRM behind it', async () => {
  const { rep, client, save, code, goOn, paths } = await openHeld(`GET ${NOTE}`);
  client.send(Buffer.concat([save(code()), recount()]));
  await until(() => paths().length === 1);
  // By then the gateway has had time for what came before this.
  expect((await rep.call('GET', '/ping')).status).toBe(200);
  expect(paths()).toEqual([`GET ${NOTE}`, 'GET /ping']);
  goOn();
  expect([(await client.answer()).status, (await client.answer()).status]).toEqual([200, 200]);
  expect(paths().slice(-2)).toEqual([`PATCH ${NOTE}`, `POST ${RECOUNT}`]);
});

test('however many are sent ahead, one is at the CRM at a time, and each is answered', async () => {
  const { client, goOn, paths, many, pinged } = await openAhead(90);
  // More than what is read of a socket at once.
  client.send(many(`X-Long: ${'x'.repeat(1000)}`));
  client.finish();
  await pinged();
  goOn();
  for (let index = 0; index < 90; index++) expect((await client.answer()).status).toBe(200);
  expect(paths()).toHaveLength(90 + 1);
});

test('a connection that sends ahead more than may wait ends with an answer, and the rest arrives nowhere', async () => {
  const { client, goOn, paths, many, pinged } = await openAhead(150);
  client.send(many());
  await pinged();
  goOn();
  let last = await client.answer();
  let answered = 1;
  while (last.headers['connection'] !== 'close') {
    expect(last.status).toBe(200);
    last = await client.answer();
    answered++;
  }
  expect(answered).toBe(101);
  expect((await client.answer()).status).toBe(0);
  expect(paths()).toHaveLength(answered + 1);
});

test('the log says once why such a connection ends', async () => {
  const goOn = Promise.withResolvers<void>();
  const scene = await stage((_request, response) => void goOn.promise.then(() => response.end('done')));
  const client = await scene.open();
  client.send(Buffer.concat(Array.from({ length: 150 }, () => rawRequest('GET /slow'))));
  const said = () => scene.lines.filter(({ message }) => message.includes('sent ahead on one connection'));
  await until(() => said().length > 0);
  goOn.resolve();
  while ((await client.answer()).headers['connection'] !== 'close');
  expect(said().map(({ level, details }) => ({ level, details }))).toEqual([
    { level: 'warn', details: { ip: '127.0.0.1' } },
  ]);
});

test('one that sends ahead without end is cut', async () => {
  const { client, rep, paths, many } = await openAhead(5000);
  client.send(many());
  expect((await client.answer()).status).toBe(0);
  expect((await rep.call('GET', '/ping')).status).toBe(200);
  // The first may have been on its way by then.
  expect(paths().filter((path) => path === `POST ${RECOUNT}`).length).toBeLessThan(2);
});

test('one that sends ahead more in its bodies than is kept is cut, whatever number they come in', async () => {
  const { client, paths } = await openHeld(`POST ${RECOUNT}`);
  client.socket.on('error', () => undefined);
  client.send(Buffer.concat(Array.from({ length: 500 }, () => recount(JSON.stringify('x'.repeat(50_000))))));
  expect((await client.answer()).status).toBe(0);
  expect(paths().length).toBeLessThan(2);
});

test('honest: a few with bodies are sent ahead, and one of them is large', async () => {
  const { client, goOn, paths } = await openHeld(`POST ${RECOUNT}`);
  const large = recount(JSON.stringify('x'.repeat(5_000_000)));
  client.send(Buffer.concat([recount(), recount(JSON.stringify('x'.repeat(50_000))), large, recount()]));
  await until(() => paths().length > 0);
  goOn();
  for (let index = 0; index < 4; index++) expect((await client.answer()).status).toBe(200);
  expect(paths()).toHaveLength(4);
});

/** A CRM that holds the first of so many requests on one connection. */
async function openAhead(count: number) {
  const world = await openHeld(`POST ${RECOUNT}`);
  const { rep, paths } = world;
  return {
    ...world,
    many: (...headers: readonly string[]) =>
      Buffer.concat(Array.from({ length: count }, () => recount('{}', headers))),
    /** One of them is at the CRM, and the gateway has had time for what came with it. */
    async pinged() {
      await until(() => paths().length > 0);
      expect((await rep.call('GET', '/ping')).status).toBe(200);
      expect(paths()).toEqual([`POST ${RECOUNT}`, 'GET /ping']);
    },
  };
}

test('honest: a save that is refused keeps nothing from passing that comes behind it', async () => {
  const { client, save, paths } = await openHeld('');
  client.send(Buffer.concat([save(), recount()]));
  expect([(await client.answer()).status, (await client.answer()).status]).toEqual([428, 200]);
  expect(paths()).toEqual([`GET ${NOTE}`, `POST ${RECOUNT}`]);
});

test('honest: a body of which the end comes later is waited for', async () => {
  const { client, save, code, goOn, paths, crm } = await openHeld(`GET ${NOTE}`);
  const behind = recount('{"note":"two"}');
  client.send(Buffer.concat([save(code()), recount('{"note":"one"}'), behind.subarray(0, -5)]));
  await until(() => paths().length === 1);
  goOn();
  expect([(await client.answer()).status, (await client.answer()).status]).toEqual([200, 200]);
  client.send(behind.subarray(-5));
  expect((await client.answer()).status).toBe(200);
  expect(crm.saves.slice(1).map(({ body }) => body.toString())).toEqual(['{"note":"one"}', '{"note":"two"}']);
});

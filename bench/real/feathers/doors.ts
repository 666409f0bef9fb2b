import { call, type Step } from '../system.ts';

const delivered = { status: 'Delivered' };
const mine = { email: 'rep@example.com' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const method = (name: string) => ({ 'x-service-method': name });

/** Every way to deliver a record, or to become who is asked, without a code. */
export function doorsOf(gateway: string): readonly Step[] {
  const send = (verb: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    call(`${gateway}${path}`, verb, body, headers);
  return [
    ['a replacement', () => send('PUT', '/deliveries/45', { ...delivered, customerId: 1 })],
    ['a replacement without its customer', () => send('PUT', '/deliveries/45', { status: 'Open' })],
    ['a create with its id', () => send('POST', '/deliveries', { id: 45, ...delivered, customerId: 1 })],
    ['a create with its id as a text', () => send('POST', '/deliveries', { id: '45', ...delivered })],
    ['a create without its customer', () => send('POST', '/deliveries', { id: 45, status: 'Open' })],
    ['a list with its id', () => send('POST', '/deliveries', [{ id: 45, ...delivered, customerId: 1 }])],
    ['a list without its customer', () => send('POST', '/deliveries', [{ id: 45, status: 'Open' }])],
    ['a create at another record', () => send('POST', '/deliveries/46', { id: 45, ...delivered })],
    [
      'a create at another record without its customer',
      () => send('POST', '/deliveries/46', { id: 45, status: 'Open' }),
    ],
    ['many by a query', () => send('PATCH', '/deliveries?note[$ne]=x', delivered)],
    ['many by the guarded field in a query', () => send('PATCH', '/deliveries?status=Open', delivered)],
    ['all', () => send('PATCH', '/deliveries', delivered)],
    ['all, with a slash', () => send('PATCH', '/deliveries/', delivered)],
    ['several by a list', () => send('PATCH', '/deliveries', [{ id: 45, ...delivered }])],
    ['several replaced', () => send('PUT', '/deliveries', [{ id: 45, ...delivered, customerId: 1 }])],
    ['a method of the service', () => send('POST', '/deliveries', { delivery: 45 }, method('deliver'))],
    ['… at a record', () => send('POST', '/deliveries/46', { delivery: 45 }, method('deliver'))],
    ['… in other letters', () => send('POST', '/deliveries', { delivery: 45 }, method('DELIVER'))],
    [
      '… with an underscore',
      () => send('POST', '/deliveries', { delivery: 45 }, { x_service_method: 'deliver' }),
    ],
    ['… by a form', () => send('POST', '/deliveries', 'delivery=45', { ...form, ...method('deliver') })],
    ['… for a list', () => send('POST', '/deliveries', { delivery: [45] }, method('deliver'))],
    ['the name of a usual method', () => send('POST', '/deliveries/45', delivered, method('patch'))],
    ['a query beside the id', () => send('PATCH', '/deliveries/45?status=Open', delivered)],
    ['the query', () => send('PATCH', '/deliveries/45?status=Delivered', {})],
    ['some fields of the answer', () => send('PATCH', '/deliveries/45?$select[]=id', delivered)],
    ['a form', () => send('PATCH', '/deliveries/45', 'status=Delivered', form)],
    ['a form with brackets', () => send('PATCH', '/deliveries/45', 'status[]=Delivered', form)],
    ['an operator', () => send('PATCH', '/deliveries/45', { $set: delivered })],
    ['another case of the path', () => send('PATCH', '/Deliveries/45', delivered)],
    ['an encoded path', () => send('PATCH', '/%64eliveries/45', delivered)],
    ['two slashes', () => send('PATCH', '//deliveries/45', delivered)],
    ['a slash at the end', () => send('PATCH', '/deliveries/45/', delivered)],
    [
      'a method in a header',
      () => send('POST', '/deliveries/45', delivered, { 'x-http-method-override': 'PATCH' }),
    ],
    ['another customer', () => send('PATCH', '/deliveries/45', { customerId: 2 })],
    ['the address', () => send('PATCH', '/customers/1', mine)],
    ['the addresses of many', () => send('PATCH', '/customers?name=Ann', mine)],
    ['a customer in the place of another', () => send('POST', '/customers', { id: 1, ...mine })],
    ['… in a list', () => send('POST', '/customers', [{ id: 1, ...mine }])],
    ['… without an address', () => send('POST', '/customers', { id: 1, name: 'Ann' })],
    ['the customer replaced', () => send('PUT', '/customers/1', { name: 'Ann' })],
    ['the customer deleted', () => send('DELETE', '/customers/1')],
    ['customers deleted by a query', () => send('DELETE', '/customers?name=Ann')],
    ['deliveries deleted by a query', () => send('DELETE', '/deliveries?note[$ne]=x')],
    ['a socket by polling', () => polling(gateway)],
    ['a socket', () => socket(gateway)],
  ];
}

const PATCH = '420["patch","deliveries",45,{"status":"Delivered"},{}]';

/** What the socket's client sends where no socket opens: each message is a POST. */
async function polling(gateway: string): Promise<unknown> {
  const path = `${gateway}/socket.io/?EIO=4&transport=polling`;
  const opened = await (await fetch(path)).text();
  const { sid } = JSON.parse(opened.slice(1)) as { readonly sid: string };
  const text = { 'content-type': 'text/plain' };
  for (const body of ['40', PATCH]) {
    const { ok, status } = await fetch(`${path}&sid=${sid}`, { method: 'POST', body, headers: text });
    if (!ok) throw new Error(`${status} for ${body}`);
  }
  return 'sent';
}

function socket(gateway: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const channel = new WebSocket(`${gateway.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    channel.onerror = () => reject(new Error('the socket did not open'));
    channel.onmessage = ({ data }) => {
      const text = String(data);
      if (text.startsWith('0')) channel.send('40');
      if (text.startsWith('40')) channel.send(PATCH);
      if (text.startsWith('43')) resolve(text);
    };
  });
}

import { createServer, type IncomingMessage } from 'node:http';
import { type Note, openNotes, readFields, writeNote } from './notes.ts';
import { announce, listen, type PartOptions } from './part.ts';

/**
 * A small CRM for delivery notes, in a process and with a database of its own. It knows nothing of codes: it is the system
 * that countersign stands in front of. `GET /received` shows what has reached it.
 */
const REPS: Readonly<Record<string, string>> = { 'Bearer ana-token': 'ana', 'Bearer ben-token': 'ben' };
const PATH = /^\/api\/DeliveryNotes(?:\/(?<id>[^/]+))?$/;

type Answer = { readonly status: number; readonly body?: unknown; readonly etag?: string };
type Received = {
  number: number;
  method: string;
  path: string;
  rep: string;
  headers: object;
  body: string;
  status: number;
};

const options = JSON.parse(process.argv[2] ?? '{}') as PartOptions;
const notes = openNotes(`${options.folder}/crm.db`);
const received: Received[] = [];

const phone = '+5511955550142';
notes.create('ana', {
  subject: '12 chairs',
  phone,
  email: 'carla@customer.test',
  driver: 'Ana',
  weight: '48.50',
});
notes.create('ana', {
  subject: 'Espresso machine',
  phone,
  email: 'dora@customer.test',
  driver: 'Ana',
  weight: '11.0',
});
notes.create('ana', {
  subject: 'Standing desk',
  phone,
  email: 'emil@customer.test',
  driver: 'Ana',
  weight: '31.25',
});
notes.create('ben', {
  subject: 'Piano stool',
  phone,
  email: 'fritz@customer.test',
  driver: 'Ben',
  weight: '1.10',
});

const server = createServer(async (request, response) => {
  const path = new URL(request.url ?? '/', 'http://crm').pathname;
  if (request.method === 'GET' && path === '/received') return void response.end(JSON.stringify(received));
  if (request.method === 'GET' && path === '/') {
    return void response.setHeader('Content-Type', 'text/html; charset=utf-8').end(pageOf(notes.all()));
  }
  const body = await textOf(request);
  const { authorization = '', ...headers } = request.headers;
  const rep = REPS[authorization] ?? '';
  const { status, body: content, etag } = answerOf(request, path, rep, body);
  received.push({
    number: received.length + 1,
    method: request.method ?? '',
    path,
    rep,
    headers,
    body,
    status,
  });
  if (etag) response.setHeader('ETag', etag);
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  response.writeHead(status, content === undefined ? {} : { 'Content-Type': 'application/json' });
  response.end(content === undefined ? undefined : JSON.stringify(content));
});

function answerOf({ method, headers }: IncomingMessage, path: string, rep: string, body: string): Answer {
  const match = PATH.exec(path);
  if (!match) return failed(404, 'No such page.');
  if (!rep) return failed(401, 'Who are you?');
  const id = match.groups?.['id'];
  if (id === undefined) {
    if (method === 'GET') return { status: 200, body: notes.list(rep).map(writeNote) };
    if (method !== 'POST') return failed(405, 'Not here.');
    const reading = readFields(body, false);
    return reading.ok ? shown(201, notes.create(rep, reading.values)) : failed(422, reading.message);
  }
  const note = /^[1-9]\d{0,8}$/.test(id) ? notes.find(Number(id)) : undefined;
  if (!note) return failed(404, 'No such delivery note.');
  if (note.owner !== rep) return failed(403, 'This is the delivery note of another rep.');
  if (method === 'GET') return shown(200, note);
  const wanted = headers['if-match'];
  if (wanted !== undefined && wanted !== '*' && wanted !== etagOf(note))
    return failed(412, 'It was changed meanwhile.');
  if (method === 'DELETE') {
    notes.remove(note.id);
    return { status: 204 };
  }
  if (method !== 'PUT' && method !== 'PATCH') return failed(405, 'Not here.');
  const reading = readFields(body, method === 'PUT');
  return reading.ok ? shown(200, notes.save({ ...note, ...reading.values })) : failed(422, reading.message);
}

function shown(status: number, note: Note): Answer {
  return { status, body: writeNote(note), etag: etagOf(note) };
}

function failed(status: number, message: string): Answer {
  return { status, body: { message } };
}

function etagOf(note: Note): string {
  return `"${note.version}"`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function pageOf(all: readonly Note[]): string {
  const escaped = (value: unknown) => String(value).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const rows = all.map(
    (note) =>
      `<tr>${Object.values(note)
        .map((value) => `<td>${escaped(value)}`)
        .join('')}`,
  );
  const heads = Object.keys(all[0] ?? {}).map((name) => `<th>${escaped(name)}`);
  return `<!doctype html><html lang="en"><title>The CRM</title><h1>Delivery notes</h1><table border="1"><tr>${heads.join('')}${rows.join('')}</table>`;
}

announce({ url: await listen(server, options.port) }, () => {
  server.close();
  server.closeAllConnections();
  notes.close();
});

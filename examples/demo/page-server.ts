import { readFile } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  request as requestOf,
  type Server,
  type ServerResponse,
} from 'node:http';
import { browserExample } from './browser-example.ts';
import type { Places } from './rep.ts';

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['page/index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page/page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page/page.js', 'text/javascript; charset=utf-8'],
  '/answer.js': ['page/answer.js', 'text/javascript; charset=utf-8'],
  '/words.js': ['page/words.js', 'text/javascript; charset=utf-8'],
};

/** Serves the play page, and lets it reach the gateway, the inbox and what the CRM received from one origin. */
export function createPageServer(places: Places): Server {
  return createServer(async (request, response) => {
    const url = request.url ?? '/';
    const file = FILES[url];
    const example = await browserExample(url);
    if (file) {
      response.setHeader('Content-Security-Policy', "default-src 'self'; img-src data:");
      response.setHeader('Content-Type', file[1]).end(await readFile(new URL(file[0], import.meta.url)));
    } else if (example) response.writeHead(200, example.headers).end(example.text);
    // The example lies where the CRM does, as an app of its own would.
    else if (/^\/(?:api|_countersign)\//.test(url)) handOn(request, response, places.gateway + url);
    else if (url.startsWith('/gateway/'))
      handOn(request, response, places.gateway + url.slice('/gateway'.length));
    else if (url === '/inbox/mails') handOn(request, response, `${places.inbox}/mails`);
    else if (url === '/crm/received') handOn(request, response, `${places.crm}/received`);
    else response.writeHead(404).end();
  });
}

function handOn(request: IncomingMessage, response: ServerResponse, url: string): void {
  const { host: _host, connection: _connection, ...headers } = request.headers;
  const onward = requestOf(url, { method: request.method, headers }, (answer) => {
    const { connection: _connection, 'keep-alive': _keepAlive, ...rest } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, rest);
    answer.pipe(response);
  });
  onward.on('error', () => {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  });
  request.pipe(onward);
}

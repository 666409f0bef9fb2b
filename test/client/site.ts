import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const PAGE = /* html */ `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>app</title><link rel="icon" href="data:,"><script type="module" src="app.js"></script></head>
<body><main><h1>Deliveries</h1><button id="save">Save</button><p id="said" role="status"></p></main></body>
</html>`;

const APP = `import * as client from '/client/client.ts';
import * as dialog from '/client/dialog.ts';
globalThis.countersign = { ...client, ...dialog };`;

/** What the page's scripts find: the client and its dialog. */
export type Countersign = typeof import('../../src/client/client.ts') &
  typeof import('../../src/client/dialog.ts');

declare global {
  var countersign: Countersign;
}

/** A site of its own origin, whose page is a heading and a button, and which serves the client's sources as a browser can run them. */
export async function openSite(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const isSource = /^\/(?:contract|client(?:\/\w+)*\/\w+)\.ts$/.test(pathname);
    const isScript = isSource || pathname === '/app.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    // The dialog needs no style of the page and no inline script.
    response.setHeader('Content-Security-Policy', "script-src 'self'; style-src 'self'");
    const text = isSource ? stripTypeScriptTypes(readFileSync(SRC + pathname.slice(1), 'utf8')) : APP;
    response.end(isScript ? text : PAGE);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

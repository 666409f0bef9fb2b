import { Agent } from 'node:http';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

/** What a careful team would otherwise write: `node express-proxy.ts <port> <url of the CRM>`. Connections to the CRM are kept. */
const [port, target = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
express()
  .disable('x-powered-by')
  .disable('etag')
  .use(createProxyMiddleware({ target, agent }))
  .listen(Number(port), '127.0.0.1');

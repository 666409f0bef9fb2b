import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

/** What a team would otherwise write: `node express-proxy.ts <port> <url of the CRM>`. With keep-alive, as the library has it. */
const [port, target = ''] = process.argv.slice(2);
express().disable('x-powered-by').use(createProxyMiddleware({ target })).listen(Number(port), '127.0.0.1');

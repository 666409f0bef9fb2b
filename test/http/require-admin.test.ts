import express from 'express';
import supertest from 'supertest';
import { expect, test } from 'vitest';
import { requireAdmin } from '../../src/http/admin/metrics.ts';

/** An app that takes every request for one from this address. */
function appFrom(address: string, token?: string) {
  const app = express();
  app.use((request, _response, next) => {
    Object.defineProperty(request.socket, 'remoteAddress', { value: address, configurable: true });
    next();
  });
  app.get('/metrics', requireAdmin(token), (_request, response) => void response.send('shown'));
  return supertest(app);
}

test.each(['127.0.0.1', '127.8.0.1', '::1', '::ffff:127.0.0.1'])('%s is this machine', async (address) => {
  expect((await appFrom(address).get('/metrics')).status).toBe(200);
});

test.each([
  '10.0.0.1',
  '128.0.0.1',
  '::ffff:10.0.0.1',
  'fe80::1',
  '',
])('"%s" is another machine, which needs a token that is configured', async (address) => {
  expect((await appFrom(address).get('/metrics')).status).toBe(403);
  const asked = appFrom(address, 'scrape-me').get('/metrics').set('Authorization', 'Bearer scrape-me');
  expect((await asked).status).toBe(200);
});

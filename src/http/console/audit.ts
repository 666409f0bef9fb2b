import express, { type Router } from 'express';
import type { AuditEvent } from '../../core/verdict/audit-event.ts';
import type { ConsoleSettings } from './settings.ts';

const EQUAL = ['record', 'module', 'request', 'user'] as const;

/** What the audit tells: events, whether the chain is whole, and proofs. */
export function auditRoutes({ audit }: Pick<ConsoleSettings, 'audit'>): Router {
  const routes = express.Router();
  if (!audit) {
    routes.get('/audit{/*rest}', (_request, response) => {
      response.status(404).json({ status: 'no audit is written: see "audit" of the configuration' });
    });
    return routes;
  }
  routes.get('/audit', async ({ query }, response) => {
    response.json({ events: await audit.events(wantedBy(query)) });
  });
  routes.get('/audit/chain', async (_request, response) => {
    response.json(await audit.chain());
  });
  routes.get('/audit/proof', async ({ query }, response) => {
    const proof = await audit.proof(String(query['save'] ?? ''));
    if (proof === undefined)
      return void response.status(404).json({ status: 'the audit has no such save, or is not whole' });
    response
      .set('Content-Disposition', 'attachment; filename="proof.json"')
      .type('application/json')
      .send(proof);
  });
  return routes;
}

function wantedBy(query: Readonly<Record<string, unknown>>): (event: AuditEvent) => boolean {
  const [from, to] = [timeOf(query['from'], -Infinity), timeOf(query['to'], Infinity)];
  return (event) =>
    EQUAL.every((name) => !query[name] || Reflect.get(event, name) === query[name]) &&
    Date.parse(event.at) >= from &&
    Date.parse(event.at) <= to;
}

function timeOf(text: unknown, otherwise: number): number {
  const time = Date.parse(String(text ?? ''));
  return Number.isNaN(time) ? otherwise : time;
}

import express, { type Express, type Router } from 'express';
import type { Metrics } from '../../ports/metrics.ts';
import type { Clock, LedgerStore } from '../../ports.ts';
import { createWrongTokens, listensTo, type WrongTokens } from '../request/wrong-tokens.ts';
import { requireAdmin, showMetrics } from './metrics.ts';

/** What the probes ask. */
export type Condition = {
  readonly store: LedgerStore;
  readonly metrics: Metrics;
  /** The bearer token for what is no probe; where there is none, only this machine may ask. */
  readonly token: string | undefined;
  readonly clock: Clock;
  /** Processes that answer at the same port. */
  readonly workers: number;
  /** Short name of the configuration in force. */
  revision(): string;
  /** What became of the last change of the configuration, and when; undefined where there was none. */
  lastReload(): { readonly ok: boolean; readonly at: string } | undefined;
  isDraining(): boolean;
  /** What has to be reached once before the gateway is ready, and was not yet. */
  missing(): Promise<readonly string[]>;
  /** What is below `/console`; undefined where nothing is. */
  readonly console: ((wrong: WrongTokens) => Router) | undefined;
};

type Component = { readonly ok: boolean; readonly detail?: string };

/** The admin listener: `livez` never touches the store, `readyz` tells each component, `metrics` counts. Nothing here names a record or a user. */
export function createAdmin(condition: Condition): Express {
  const admin = express().disable('x-powered-by').disable('etag');
  const wrong = createWrongTokens(condition.clock, condition.workers);
  admin.get('/livez', (_request, response) => {
    response.json({ status: 'ok' });
  });
  admin.get('/readyz', async (_request, response) => {
    const [store, missing] = await Promise.all([probe(condition.store), condition.missing()]);
    const components = {
      rules: { ok: true, detail: condition.revision() },
      store,
      outside: {
        ok: missing.length === 0,
        ...(missing.length > 0 && { detail: `not reached yet: ${missing.join(', ')}` }),
      },
      draining: { ok: !condition.isDraining() },
    };
    const isReady = Object.values(components).every(({ ok }) => ok);
    // A failed reload leaves the last good configuration in force: the gateway is as ready as before.
    const reload = condition.lastReload();
    const told = { status: isReady ? 'ok' : 'unready', components, ...(reload && { reload }) };
    response.status(isReady ? 200 : 503).json(told);
  });
  if (condition.token !== undefined) admin.use(['/metrics', '/console'], listensTo(condition.token, wrong));
  admin.get('/metrics', requireAdmin(condition.token), showMetrics(condition.metrics));
  if (condition.console) admin.use('/console', condition.console(wrong));
  admin.use((_request, response) => {
    response.status(404).json({ status: 'not found', paths: ['/livez', '/readyz', '/metrics'] });
  });
  return admin;
}

async function probe(store: LedgerStore): Promise<Component> {
  try {
    await store.find('readyz');
    return { ok: true };
  } catch {
    return { ok: false, detail: 'unavailable' };
  }
}

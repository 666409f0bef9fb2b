import express, { type Express } from 'express';
import type { LedgerStore } from '../ports.ts';

/** What the probes ask. */
export type Condition = {
  readonly store: LedgerStore;
  /** Short name of the configuration in force. */
  readonly revision: string;
  isDraining(): boolean;
};

type Component = { readonly ok: boolean; readonly detail?: string };

/** The admin listener: `livez` never touches the store, `readyz` tells each component. Nothing here names a rule or a record. */
export function createAdmin(condition: Condition): Express {
  const admin = express().disable('x-powered-by').disable('etag');
  admin.get('/livez', (_request, response) => {
    response.json({ status: 'ok' });
  });
  admin.get('/readyz', async (_request, response) => {
    const components = {
      rules: { ok: true, detail: condition.revision },
      store: await probe(condition.store),
      draining: { ok: !condition.isDraining() },
    };
    const isReady = Object.values(components).every(({ ok }) => ok);
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ok' : 'unready', components });
  });
  admin.use((_request, response) => {
    response.status(404).json({ status: 'not found', paths: ['/livez', '/readyz'] });
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

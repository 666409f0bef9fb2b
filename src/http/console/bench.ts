import express, { type Router } from 'express';
import type { ConsoleSettings } from './settings.ts';
import { whyOf } from './why.ts';

const LIMIT = '1mb';
/** Each judgement makes a gateway of its own. */
const MOST_AT_ONCE = 2;

/** Judges a request that was pasted in. The one thing that acts, and it sends, stores and asks nobody. */
export function benchRoutes({ bench }: Pick<ConsoleSettings, 'bench'>): Router {
  const routes = express.Router();
  let atOnce = 0;
  routes.post('/bench', express.json({ limit: LIMIT }), async (request, response) => {
    if (!bench) return void response.status(404).json({ status: 'there is no bench here' });
    const { request: text, before = null, related = {} } = (request.body ?? {}) as Record<string, unknown>;
    if (typeof text !== 'string' || typeof before !== 'object' || typeof related !== 'object')
      return void response
        .status(400)
        .json({ status: 'send { "request": text, "before": object or null, "related": object }' });
    if (atOnce >= MOST_AT_ONCE) return void response.status(503).json({ status: 'others are at the bench' });
    atOnce++;
    try {
      const { verdict, status, rules } = await bench.judge(text, {
        ...(before !== null && { before }),
        related: (related ?? {}) as Readonly<Record<string, object>>,
      });
      response.json({ verdict, status, why: whyOf(rules) });
    } catch (fault) {
      response.status(400).json({ status: fault instanceof Error ? fault.message : 'it cannot be judged' });
    } finally {
      atOnce--;
    }
  });
  return routes;
}

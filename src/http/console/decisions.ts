import express, { type Router } from 'express';
import type { DecisionRow } from '../../ports/console.ts';
import type { ConsoleSettings } from './settings.ts';
import { whyOf } from './why.ts';

const MOST_ROWS = 200;
const MOST_STREAMS = 20;
/** Rows of a stream that may wait for a reader who does not read; then that reader misses some. */
const MOST_BYTES_WAITING = 1_000_000;
const BEAT_MS = 15_000;

/** The decisions: the last ones, one of them, and all as they happen. */
export function decisionRoutes({ journal, rules }: Pick<ConsoleSettings, 'journal' | 'rules'>): Router {
  const routes = express.Router();
  let streams = 0;

  routes.get('/decisions', ({ query }, response) => {
    const limit = Math.min(MOST_ROWS, Math.max(1, Number(query['limit']) || MOST_ROWS));
    const wanted = (name: string, value: string | undefined) => !query[name] || query[name] === value;
    const decisions = journal
      .rows()
      .filter(
        ({ verdict, rules: named, user }) =>
          wanted('verdict', verdict) &&
          wanted('caller', user ?? '') &&
          (!query['rule'] || named.includes(String(query['rule']))),
      )
      .slice(0, limit);
    response.json({ decisions: decisions.map(shown) });
  });

  routes.get('/decisions/stream', (_request, response) => {
    if (streams >= MOST_STREAMS)
      return void response.status(503).json({ status: 'too many streams are open' });
    streams++;
    response.set('Content-Type', 'text/event-stream').flushHeaders();
    const stop = journal.watch((row) => {
      if (response.writableLength < MOST_BYTES_WAITING)
        response.write(`event: decision\ndata: ${JSON.stringify(shown(row))}\n\n`);
    });
    const beat = setInterval(() => void response.write(': still here\n\n'), BEAT_MS);
    response.once('close', () => {
      streams--;
      stop();
      clearInterval(beat);
    });
  });

  routes.get('/decisions/:decision', ({ params }, response) => {
    const story = journal.storyOf(params.decision);
    if (!story) return void response.status(404).json({ status: 'this decision is no longer kept' });
    const { row, why, steps } = story;
    response.json({ ...shown(row), why: whyOf(why), facts: factsOf(row, rules()), steps });
  });
  return routes;
}

/** The names of the fields that the rules of the decision read. */
function factsOf(
  { rules: named }: DecisionRow,
  { rules }: ReturnType<ConsoleSettings['rules']>,
): readonly string[] {
  return [...new Set(rules.filter(({ id }) => named.includes(id)).flatMap(({ reads }) => reads))];
}

function shown({ why = [], user = '', modules = [], ...row }: DecisionRow) {
  return { user, modules, ...row, why: whyOf(why) };
}

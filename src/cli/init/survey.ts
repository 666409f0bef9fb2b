import { readJson } from '../../core/wire/read-json.ts';
import { printable } from '../../core/wire/write-json.ts';
import { Stop, textOf, UsageError, type Words } from '../command.ts';
import { SURVEYED } from './plan-by-kind.ts';

const ANSWER_MS = 20_000;
const MOST_BYTES = 4 * 1024 * 1024;

/** The modules of a CRM as it tells them, in lines, and the flags completed by what it said. */
export type Survey = { readonly lines: readonly string[]; completed(words: Words): Words };

/** Asks the CRM for its modules, with a session that somebody has. Reads only. */
export async function surveyed(url: string, session: string | undefined): Promise<Survey> {
  const kind = SURVEYED?.name ?? '';
  const survey = SURVEYED?.starter.survey;
  if (!SURVEYED || !survey) throw new TypeError('no dialect has a survey');
  if (session === undefined)
    throw new UsageError('missing --session (a session of the CRM, to read its modules with)');
  const base = url.replace(/\/+$/, '').replace(new RegExp(`${SURVEYED.starter.path}$`), '');
  const names = survey.namesIn(await answerOf(`${base}${survey.listPath(session)}`));
  if (!names) throw new Stop(4, `${base} lists no modules. Has the session expired?`);
  const known = new Map<string, string>();
  for (const name of names) {
    const prefix = survey.keyIn(await answerOf(`${base}${survey.modulePath(name, session)}`));
    if (prefix !== undefined) known.set(name, prefix);
  }
  const width = Math.max(0, ...names.map((name) => name.length)) + 2;
  return {
    lines: [...known].map(([name, prefix]) => `${name.padEnd(width)}${prefix}`),
    completed(words) {
      const wanted = textOf(words, 'module') ?? '';
      const name = [...known.keys()].find((each) => each.toLowerCase() === wanted.toLowerCase());
      if (name === undefined) throw new UsageError(`--module is no module of the CRM: "${wanted}"`);
      const found = { upstream: base, kind, module: name, [survey.flag]: known.get(name) };
      return { ...words, values: { ...words.values, ...found } };
    },
  };
}

async function answerOf(url: string): Promise<unknown> {
  let text: string;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error' });
    text = await response.text();
  } catch (error) {
    const { cause } = error as Error;
    // The address holds the session.
    throw new Stop(
      4,
      `the CRM gives no answer: ${cause instanceof Error ? cause.message : (error as Error).name}`,
    );
  }
  const read = text.length > MOST_BYTES ? undefined : readJson(Buffer.from(text));
  if (!read?.ok) throw new Stop(4, 'the answer of the CRM is not JSON');
  return printable(read.value);
}

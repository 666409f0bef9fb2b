import { readFileSync } from 'node:fs';
import {
  CONFIG_OPTION,
  type Command,
  choiceOf,
  needText,
  needUsable,
  refuseWords,
  Stop,
  say,
  textOf,
  type Words,
} from '../command.ts';
import { simulate as judge, type Simulated } from './simulation.ts';

const VERDICTS = ['pass', 'otp-required', 'refused'] as const;

/** Says what the gateway would do with a request, and why. */
export const simulate: Command = {
  summary: 'say what the gateway would do with a request, and why',
  help: `Usage: countersign simulate [-c FILE] --request FILE.http [--before FILE.json] [--related FILE.json] [--expect VERDICT]

Judges a request as the gateway would; nothing is opened, sent or stored. Secrets need not be set.

Options
  -c, --config FILE   the configuration
  --request FILE      method and path, headers, an empty line, the body
  --before FILE       the fields of the stored record, as JSON
  --related FILE      other stored records: { "Contacts/12": { … } }
  --expect VERDICT    pass, otp-required or refused; exits with 4 where something else comes out

Example
  countersign simulate -c countersign.yaml --request deliver.http --before note-45.json

deliver.http:
  PUT /api/DeliveryNotes/45
  Content-Type: application/json

  {"status":"Delivered"}`,
  options: {
    ...CONFIG_OPTION,
    request: { type: 'string' },
    before: { type: 'string' },
    related: { type: 'string' },
    expect: { type: 'string' },
  },
  choices: { expect: VERDICTS },
  async run(words) {
    refuseWords(words);
    const expected = choiceOf(words, 'expect', VERDICTS);
    const request = readFileSync(needText(words, 'request'), 'utf8');
    const before = readObject(words, 'before');
    const related = readObject(words, 'related') as Readonly<Record<string, object>> | undefined;
    const simulated = await judge(await needUsable(words), request, { before, related });
    say(storyOf(simulated));
    if (expected !== undefined && expected !== simulated.verdict)
      throw new Stop(4, `expected ${expected}, got ${simulated.verdict}`);
    return 0;
  },
};

/** The object in the file that an option names. */
export function readObject(words: Words, name: string): object | undefined {
  const path = textOf(words, name);
  if (path === undefined) return undefined;
  const value = readJson(path);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Stop(1, `${path} holds no JSON object`);
}

function readJson(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Stop(1, `${path} is not JSON: ${(error as Error).message}`);
  }
}

function storyOf({ verdict, status, slug, detail, rules }: Simulated): string {
  const answer = slug === undefined ? '' : `: ${status} ${slug}`;
  const told = rules.map(({ rule, about, why, mode }) => {
    const isAboutAddress = about === 'address' || about === 'both';
    const reasons = [...why, ...(isAboutAddress ? ['it changes the address that codes go to'] : [])];
    if (about === 'unread') return `  rule ${rule} may apply: give what is stored with --before`;
    const applies = mode === 'shadow' ? 'would apply, but is in shadow mode' : 'applies';
    return `  rule ${rule} ${applies}: ${reasons.join('; ') || 'its criteria hold'}`;
  });
  const nobody = slug === undefined && rules.length === 0 ? ['  no rule applies'] : [];
  const missing =
    slug === 'record-unavailable' ? ['  a rule may apply: give what is stored with --before'] : [];
  return [verdict + answer, ...(detail ? [`  ${detail}`] : []), ...told, ...nobody, ...missing].join('\n');
}

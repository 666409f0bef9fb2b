import { drawCode } from '../../core/rule/code.ts';
import { type AsksAbout, composeMessage } from '../../core/rule/message.ts';
import { aliasesOf, boundFieldsOf, type Rule, type Wording } from '../../core/rule/rule.ts';
import { isObject, type JsonObject, jsonOf } from '../../core/wire/json.ts';
import { CONFIG_OPTION, type Command, needText, needUsable, refuseWords, Stop, say } from '../command.ts';
import { readObject } from './simulate.ts';

/** Shows the messages of a rule, with a code that is no code. */
export const preview: Command = {
  summary: 'show the messages that a rule sends',
  help: `Usage: countersign preview [-c FILE] --rule ID [--record FILE.json]

Shows what the customer gets, in each language, with an example of a code.

Options
  -c, --config FILE   the configuration
  --rule ID           the id of a rule, or the letters and digits of its name
  --record FILE       the fields of a record, as JSON; without it, the names of the fields stand for their values

Example
  countersign preview -c countersign.yaml --rule 7`,
  options: { ...CONFIG_OPTION, rule: { type: 'string' }, record: { type: 'string' } },
  async run(words) {
    refuseWords(words);
    const name = needText(words, 'rule');
    const { rules } = await needUsable(words);
    const rule = rules.find((each) => aliasesOf(each).includes(name.toLowerCase()));
    const known = rules.map((each) => aliasesOf(each)[0]).join(', ');
    if (!rule) throw new Stop(4, `no rule has the id or the name "${name}"; there are ${known}`);
    const record = jsonOf(readObject(words, 'record') ?? namesOf(rule));
    const fields: JsonObject = isObject(record) ? record : new Map();
    const occasions: readonly AsksAbout[] =
      rule.recipientChange === 'guard' ? ['criteria', 'address'] : ['criteria'];
    for (const wording of rule.send.wordings)
      for (const about of occasions)
        say(
          `# ${[wording.language, HEADINGS[about]].filter(Boolean).join(', ')}\n${messageOf(rule, wording, about, fields)}\n`,
        );
    return 0;
  },
};

const HEADINGS: Readonly<Record<AsksAbout, string>> = {
  criteria: 'where its criteria apply',
  address: 'where the address changes, to the old one',
  both: '',
};

function messageOf(rule: Rule, wording: Wording, about: AsksAbout, record: JsonObject): string {
  let drawn = 0;
  const code = drawCode(rule.code, (size) => ++drawn % size);
  const save = { operation: 'update', id: '45' } as const;
  const { subject, text } = composeMessage({ rule, wording, save, about, record, code });
  return `Subject: ${subject}\n\n${text}`;
}

function namesOf(rule: Rule): object {
  return Object.fromEntries(boundFieldsOf(rule).map((field) => [field, `(${field})`]));
}

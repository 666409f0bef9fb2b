import { type Command, refuseWords, say, textOf, UsageError, type Words } from '../command.ts';
import { answersTo, FLAGS } from './answers.ts';
import { filesOf, type Planned, writeFiles } from './files.ts';
import { planByDocument } from './plan-by-document.ts';
import { planByKind, STARTER_FLAGS, STARTER_KINDS } from './plan-by-kind.ts';
import { surveyed } from './survey.ts';

/** Writes a first configuration, with a case that tests it: asked on a terminal, by flags in scripts. */
export const init: Command = {
  summary: 'write a first configuration, asked step by step, or by flags',
  help: `Usage: countersign init [--openapi FILE|URL | --vtiger URL --session ID] [options]

Writes countersign.yaml, countersign.test.yaml and .env.example. On a terminal it asks for what no flag says; elsewhere it names the flags
that are missing and exits with 2. Files that are there stay, but for --force. Nothing is sent anywhere: with --openapi URL the document is
fetched, and nothing that it refers to; with --vtiger the modules are read with the session, and printed with their prefixes.

Options
  --upstream URL        where the CRM is
  --kind KIND           the form of its API: ${STARTER_KINDS.join(', ')} (default: ${STARTER_KINDS[0]})
  --module NAME         the module that the rule is about; with --openapi also the last segment of its path
  --path PATH           where its requests go, such as /api/orders
  --type NAME           the CRM's own name for it: entity set, model or DocType (default: that of the module)
  --id-prefix NUMBER    what stands before the x in its ids, for Vtiger
  --key NAME            the property that is its key, for OData (default: ID)
  --mutation NAME       for GraphQL: the mutation that updates a record (default: update and the module, as updateTask)
  --id-argument PLACE   … its argument for the id, or a JSON pointer into the arguments (default: id)
  --fields-argument PLACE  … its argument for the fields (default: data)
  --query NAME          … the field of Query that shows a record by its id (default: the module, as task)
  --id-type TYPE        … the type of that id (default: ID)
  --field NAME          the field that the rule is about
  --to VALUE            the value that needs the customer's code
  --address NAME        the field that holds the customer's address
  --via NAME            with --openapi: the address stands in another record, to which this field refers
  --owner NAME          … and this is the module of that record
  --openapi FILE|URL    an OpenAPI document, from which modules, actions and fields are taken
  --vtiger URL          where Vtiger is
  --session ID          a session of Vtiger's
  --dir DIR             where the files are written (default: here)
  --force               overwrite what is there

Example
  countersign init --upstream http://127.0.0.1:3000 --kind rest --module Orders --path /api/orders \\
    --field status --to Delivered --address email`,
  options: {
    ...FLAGS,
    ...STARTER_FLAGS,
    openapi: { type: 'string' },
    vtiger: { type: 'string' },
    session: { type: 'string' },
    dir: { type: 'string' },
    force: { type: 'boolean' },
  },
  choices: { kind: STARTER_KINDS },
  async run(words) {
    refuseWords(words);
    if (textOf(words, 'openapi') !== undefined && textOf(words, 'vtiger') !== undefined)
      throw new UsageError('--openapi and --vtiger do not go together');
    const refers = ['via', 'owner'].find((flag) => textOf(words, flag) !== undefined);
    if (refers !== undefined && textOf(words, 'openapi') === undefined)
      throw new UsageError(`--${refers} goes with --openapi, which says where the other records are`);
    const planned = await planOf(words);
    if (!planned) return 0;
    const folder = textOf(words, 'dir') ?? '.';
    const written = writeFiles(folder, filesOf(planned.plan), words.values['force'] === true);
    say([`wrote ${written.join(', ')}`, ...planned.summary, ...next(folder)].join('\n'));
    return 0;
  },
};

async function planOf(words: Words): Promise<Planned | undefined> {
  const document = textOf(words, 'openapi');
  if (document !== undefined) return planByDocument(document, words, answersTo);
  const vtiger = textOf(words, 'vtiger');
  if (vtiger === undefined) return planByKind(words, answersTo);
  const survey = await surveyed(vtiger, textOf(words, 'session'));
  for (const line of survey.lines) say(line);
  // Whoever only wants to see the prefixes is asked for nothing.
  if (textOf(words, 'module') === undefined) return undefined;
  return planByKind(survey.completed(words), answersTo);
}

function next(folder: string): readonly string[] {
  const at = folder === '.' ? '' : `cd ${folder} && `;
  return [
    '',
    'Next:',
    `  ${at}export COUNTERSIGN_SECRET=$(openssl rand -base64 48)`,
    '  countersign check',
    '  countersign test countersign.test.yaml',
    '  countersign doctor --record MODULE/ID --header "Authorization: …"',
  ];
}

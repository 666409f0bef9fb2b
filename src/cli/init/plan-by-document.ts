import { nearest } from '../../config/explain/suggest.ts';
import { foldName } from '../../core/likeness/fold.ts';
import { Stop, textOf, UsageError, type Words } from '../command.ts';
import type { answersTo, Question } from './answers.ts';
import { casesOf } from './cases.ts';
import type { NewConfiguration, Planned } from './files.ts';
import type { DescribedApi, DraftOperation, Module } from './openapi/draft.ts';
import { foundIn } from './openapi/found-in.ts';
import { baseOf } from './openapi/paths.ts';
import { readDocument } from './openapi/read-document.ts';
import { ruleQuestions, upstreamQuestion } from './questions.ts';

/** A plan for all modules of an OpenAPI document, with a rule about one of them. */
export async function planByDocument(
  place: string,
  words: Words,
  answers: typeof answersTo,
): Promise<Planned> {
  const { document, warnings } = await readDocument(place);
  const all = foundIn(document);
  if (all.modules.size === 0)
    throw new Stop(
      4,
      `${place} has no collection: a path with a record below it, such as /orders and /orders/{id}`,
    );
  const base = baseOf(document);
  const owner = ownerIn(all, words);
  const {
    upstream: given = '',
    module: wanted = '',
    field = '',
    to = '',
    address = '',
  } = await answers(
    [
      upstreamQuestion(base.origin),
      moduleQuestion(all),
      ...ruleQuestions(fieldFault(all), fieldFault(all, owner?.module)),
    ],
    words,
  );
  const found = withoutDoubtful(all, namedIn(all, wanted) ?? wanted, field);
  const name = namedIn(found, wanted) ?? wanted;
  const chosen = found.modules.get(name);
  if (!chosen) throw new UsageError(`--module ${unknownModule(found, wanted)}`);
  const { save } = chosen;
  if (!save) throw new Stop(4, `${place} shows no way to update a record of ${name}`);
  const rule = { module: name, field, to, address, ...(owner && { owner }) };
  return {
    plan: {
      upstream: withoutBase(given, base.path),
      modules: found.modules,
      passthrough: found.passthrough,
      rule,
      cases: casesOf(rule, (fields) => requestOf(save, fields)),
    },
    summary: summaryOf(found, name, warnings),
  };
}

/**
 * Actions on records of other modules ask nobody, since no rule is about those. One whose body has the field of the rule may save it, so it is refused until
 * somebody says what it does.
 */
function withoutDoubtful(found: DescribedApi, ruled: string, field: string): DescribedApi {
  const isDoubtful = ({ brings = [] }: DraftOperation) =>
    brings.some((name) => foldName(name) === foldName(field));
  const modules = [...found.modules].map(([name, one]): [string, Module] => {
    if (name === ruled) return [name, one];
    const doubtful = one.operations.filter(isDoubtful);
    const operations = one.operations.filter((operation) => !isDoubtful(operation));
    return [
      name,
      { ...one, operations, unknown: [...one.unknown, ...doubtful.map(({ request }) => request)] },
    ];
  });
  return { ...found, modules: new Map(modules) };
}

/** The base path stands in the paths of the modules, and not twice. */
function withoutBase(upstream: string, base: string): string {
  return base !== '' && upstream.replace(/\/+$/, '').endsWith(base)
    ? upstream.replace(/\/+$/, '').slice(0, -base.length)
    : upstream;
}

function moduleQuestion(found: DescribedApi): Question {
  return {
    name: 'module',
    flag: 'module',
    message: `the module that the rule is about: ${[...found.modules.keys()].slice(0, 20).join(', ')}`,
    faultIn: (wanted) => (namedIn(found, wanted) === undefined ? unknownModule(found, wanted) : undefined),
  };
}

/** By its name, or the last segment of its path, whatever the case. */
function namedIn({ modules }: DescribedApi, wanted: string): string | undefined {
  const same = (text: unknown) => String(text).toLowerCase() === wanted.toLowerCase();
  const names = [...modules.keys()];
  return (
    names.find(same) ?? names.find((name) => same(String(modules.get(name)?.entry['path']).split('/').at(-1)))
  );
}

function unknownModule({ modules }: DescribedApi, wanted: string): string {
  const names = [...modules.keys()];
  const meant = nearest(wanted, names);
  return `is no module of the document: "${wanted}"${meant === undefined ? `; there are ${names.slice(0, 20).join(', ')}` : ` (did you mean "${meant}"?)`}`;
}

/** Where the address stands in a record of another module, if the flags say so. */
function ownerIn(found: DescribedApi, words: Words): NewConfiguration['rule']['owner'] {
  const [via, owner] = [textOf(words, 'via'), textOf(words, 'owner')];
  if (via === undefined && owner === undefined) return undefined;
  if (via === undefined || owner === undefined)
    throw new UsageError(
      '--via (the field that refers to the record with the address) and --owner (its module) go together',
    );
  const name = namedIn(found, owner);
  if (name === undefined) throw new UsageError(`--owner ${unknownModule(found, owner)}`);
  const ruled = namedIn(found, textOf(words, 'module') ?? '') ?? '';
  const members = found.modules.get(name)?.nesting.filter((one) => foldName(one) === foldName(ruled)) ?? [];
  // What nests under another name is refused as long as nobody declares it.
  return { via, module: name, reverse: members.length > 0 ? members : 'none' };
}

/** Fields that the document does not have, where it says which there are: of that module, or of the one that the rule is about. */
function fieldFault(found: DescribedApi, owner?: string): NonNullable<Question['faultIn']> {
  return (field, earlier) => {
    const name = owner ?? namedIn(found, earlier.get('module') ?? '') ?? '';
    const fields = found.modules.get(name)?.fields ?? [];
    if (fields.length === 0 || fields.includes(field)) return undefined;
    const meant = nearest(field, fields);
    return `is no field of ${name}: "${field}"${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`;
  };
}

function requestOf(save: NonNullable<Module['save']>, fields: Readonly<Record<string, string>>): object {
  if (save.records !== undefined) {
    const [, name = ''] = save.records.split('/');
    return { method: save.method, path: save.path, body: { [name]: [{ id: '1', ...fields }] } };
  }
  const body = save.pointer
    .split('/')
    .slice(1)
    .reduceRight<object>((inner, name) => ({ [name]: inner }), fields);
  return { method: save.method, path: save.path.replace(/\{\w+\}/g, '1'), body };
}

const MOST_LINES = 12;

/** What was found, and what the document could not say. */
function summaryOf(
  { modules, passthrough, refused }: DescribedApi,
  ruled: string,
  warnings: readonly string[],
): readonly string[] {
  const asks = (name: string) =>
    name === ruled ? 'it always asks for a code' : `it asks nobody until a rule is about ${name}`;
  const unknown = [...modules].flatMap(([name, { notes, unknown, operations }]) => [
    ...notes.map((note) => `${name}: ${note}`),
    ...operations
      .filter(({ brings }) => brings !== undefined)
      .map(({ request }) => `${name}: what ${request} stores: ${asks(name)}`),
    ...unknown.map((request) => `${name}: what ${request} means, so it is refused`),
  ]);
  const logins = passthrough.length > 0 ? [`logins that pass unread: ${passthrough.join(', ')}`] : [];
  return [
    `modules: ${[...modules.keys()].join(', ')}`,
    ...logins,
    ...warnings.map((warning) => `the document: ${warning}`),
    ...(unknown.length > 0 ? ['not known from the document:', ...some(unknown)] : []),
    ...(refused.length > 0 ? ['writes of no module, which are refused:', ...some(refused)] : []),
  ];
}

function some(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, MOST_LINES).map((line) => `  ${line}`);
  return lines.length > MOST_LINES ? [...shown, `  and ${lines.length - MOST_LINES} more`] : shown;
}

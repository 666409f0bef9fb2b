import { COLLECTION_DIALECT } from '../../../dialects/all.ts';
import { adoptedAs, adopterOf } from './below.ts';
import { isOwnedBy } from './collections.ts';
import type { Draft, DraftOperation, Module } from './draft.ts';
import type { PlainObject } from './members.ts';
import { type DescribedRequest, isWrite, nameIn } from './paths.ts';
import { answerSchemaOf, bodySchemaOf, type Envelope, envelopeOf, shapeAt, shapeOf } from './shape.ts';

/** What the document has beside the collection. */
type Beside = {
  readonly requests: readonly DescribedRequest[];
  readonly drafts: readonly Draft[];
  readonly logins: readonly DescribedRequest[];
};

/** The module of a collection, with the actions on its records, and what saves them below those of others. `logins` save nothing. */
export function moduleOf(draft: Draft, { requests, drafts, logins }: Beside, document: PlainObject): Module {
  const { items, lists, around, path, itemPath } = draft;
  const isUsual = around.join('') === '' && path === itemPath.slice(0, itemPath.lastIndexOf('/'));
  const saves = ['PATCH', 'PUT', 'POST'].flatMap((wanted) => items.filter(({ method }) => method === wanted));
  const creates = lists.filter(({ method }) => method === 'POST');
  const read = items.find(({ method }) => method === 'GET');
  const bodies = [...saves, ...creates].map((one) => ({
    schema: bodySchemaOf(document, one.operation),
    envelope: envelopeOf(document, bodySchemaOf(document, one.operation)),
  }));
  const sent = bodies.map(({ envelope }) => envelope).filter(({ shape }) => shape.members.size > 0);
  const pointer = sent[0]?.pointer ?? '';
  const records = sent[0]?.list;
  const shown = read && shownOf(document, answerSchemaOf(document, read.operation), pointer);
  const members = [...sent, ...(shown ? [shown] : [])].flatMap(({ shape }) => [...shape.members]);
  const fields = [...new Set(members.map(([name]) => name))];
  const nesting = [
    ...new Set(
      sent.flatMap(({ shape }) => [...shape.members]).flatMap(([name, { nests }]) => (nests ? [name] : [])),
    ),
  ];
  const beside = [...new Set(bodies.flatMap(({ schema }) => besideOf(document, schema, pointer)))];
  const param =
    nameIn(itemPath.split('/').at(-1)) ?? /\{([^{}]+)\}/.exec(itemPath.split('/').at(-1) ?? '')?.[1] ?? 'id';
  const idField = fields.includes('id') ? 'id' : fields.find((name) => plain(name) === plain(param));
  const schema = items[0]?.parameters.get(param);
  const isNumbered =
    schema?.['type'] === 'integer' || schema?.['type'] === 'number' || schema?.['format'] === 'uuid';
  const methods = new Set(items.map(({ method }) => method));
  const actions = requests
    .filter((one) => isWrite(one) && isOwnedBy(one, draft) && !adopterOf(one, drafts))
    .map((one): DraftOperation => {
      const written = templateOf(one);
      const first = namesIn(written)[itemNames(draft) - 1] ?? 'id';
      return {
        request: written,
        save: { id: `{${first}}` },
        comment: 'which values it stores is not known: add set or fields',
        brings: [...envelopeOf(document, bodySchemaOf(document, one.operation)).shape.members.keys()],
      };
    });
  const adopted = requests.filter((one) => adopterOf(one, drafts) === draft);
  const known = adopted.flatMap((one) => adoptedAs(one, templateOf(one), pointer) ?? []);
  const unread = adopted.filter((one) => !adoptedAs(one, templateOf(one), pointer)).map(templateOf);
  const harmless = logins.map((one): DraftOperation => ({ request: templateOf(one), harmless: true }));
  const shapes = isUsual ? [] : describedShapes(draft, pointer, shown?.pointer ?? '');
  const many =
    records === undefined ? undefined : lists.find(({ method }) => method === 'PUT' || method === 'PATCH');
  const one = many ?? (records === undefined ? saves[0] : undefined);
  const save = one && { method: one.method, path: templatePath(one), pointer, ...(many && { records }) };
  return {
    entry: {
      dialect: COLLECTION_DIALECT,
      path,
      ...(pointer !== '' && { fields: pointer }),
      ...(records !== undefined && { records }),
      ...(shown && shown.pointer !== '' && { record: shown.pointer }),
      ...(idField !== undefined && idField !== 'id' && { idField }),
      ...(!isNumbered && { ids: 'any' }),
      ...(methods.has('PUT') && methods.has('PATCH') && { put: 'replace' }),
      ...(!isUsual && { shapes: 'none' }),
      ...(fields.length > 0 && { knownFields: fields }),
      ...(beside.length > 0 && { envelopeFields: beside }),
    },
    operations: [...shapes, ...known, ...actions, ...harmless],
    unknown: [
      ...(records === undefined ? lists : [])
        .filter((other) => isWrite(other) && other.method !== 'POST')
        .map(templateOf),
      ...unread,
    ],
    fields,
    nesting,
    save,
    notes: [
      ...(read ? [] : ['how a record is read, by which its saves are judged']),
      ...(fields.length > 0 ? [] : ['which fields its records have, so any may be saved']),
      ...(nesting.length > 0
        ? [
            `what ${nesting.join(', ')} hold${nesting.length === 1 ? 's' : ''}: refused until declared in values or relations`,
          ]
        : []),
      ...(methods.has('PUT') && !methods.has('PATCH') ? ['whether PUT empties what it leaves out'] : []),
      ...(idField === undefined && fields.length > 0 ? ['which field repeats the id'] : []),
    ],
  };
}

/** Where the fields stand in the answer to a read: as they are sent, if the answer has them there. */
function shownOf(document: PlainObject, schema: unknown, pointer: string): Envelope {
  const same = pointer === '' ? undefined : shapeAt(document, schema, pointer);
  return same ? { pointer, shape: same } : envelopeOf(document, schema);
}

/** The requests of a collection whose records are not at `{path}/{id}`. */
function describedShapes({ items, lists }: Draft, fields: string, record: string): readonly DraftOperation[] {
  const id = (one: DescribedRequest) => `{${namesIn(templateOf(one)).at(-1) ?? 'id'}}`;
  return [
    ...items.flatMap((one): DraftOperation[] => {
      const request = templateOf(one);
      if (one.method === 'GET') return [{ request, read: { id: id(one), record } }];
      if (one.method === 'DELETE') return [{ request, save: { operation: 'delete', id: id(one) } }];
      return isWrite(one) ? [{ request, save: { id: id(one), fields } }] : [];
    }),
    ...lists.flatMap((one): DraftOperation[] => {
      const request = templateOf(one);
      if (one.method === 'GET') return [{ request, lists: true }];
      return one.method === 'POST' ? [{ request, save: { operation: 'create', fields } }] : [];
    }),
  ];
}

/** Members that stand beside the fields: in the whole body, and beside `attributes`. */
function besideOf(document: PlainObject, schema: unknown, pointer: string): readonly string[] {
  if (pointer === '') return [];
  const [, outer = '', inner] = pointer.split('/');
  const whole = shapeOf(document, schema);
  const besides = [...whole.members.keys()].filter((name) => name !== outer);
  if (inner === undefined) return besides;
  const within = shapeOf(document, whole.members.get(outer)?.schema);
  // What `relationships` hold are records.
  return [
    ...besides,
    ...[...within.members].flatMap(([name, { nests }]) => (name === inner || nests ? [] : [name])),
  ];
}

/** `METHOD /path/{name}`, with names that `operations` take, each once. */
export function templateOf(one: DescribedRequest): string {
  return `${one.method} ${templatePath(one)}`;
}

function templatePath({ path }: DescribedRequest): string {
  const taken = new Set<string>();
  return path.replace(/\{([^{}]+)\}/g, (_, written: string) => {
    const word = written.replace(/\W+/g, '_').replace(/^_+/, '') || 'id';
    let name = word;
    for (let count = 2; taken.has(name); count++) name = `${word}${count}`;
    taken.add(name);
    return `{${name}}`;
  });
}

function namesIn(template: string): readonly string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

/** How many names the path of a record has, the last of which is its id. */
function itemNames({ itemPath }: Draft): number {
  return [...itemPath.matchAll(/\{[^{}]+\}/g)].length;
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

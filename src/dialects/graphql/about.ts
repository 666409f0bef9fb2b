import { foldName } from '../../core/likeness/fold.ts';
import { isList, isObject, type Json, type JsonObject } from '../../core/wire/json.ts';
import type { About } from '../dialect.ts';
import { HARMLESS } from '../meaning.ts';
import type { GraphqlModule } from './graphql-module.ts';

const VERBS = {
  create: /^(?:create|add|insert|new)_?(?=[A-Z_])/,
  update: /^(?:update|edit|modify|patch)_?(?=[A-Z_])/,
  delete: /^(?:delete|remove|destroy)_?(?=[A-Z_])/,
} as const;

/**
 * How a mutation that no module describes may be declared, by its name and those of its arguments: `addRegion(name)` creates a `Region`.
 * Where it could be about records of a module that is there, or where its name says not what it does, only the operator knows.
 */
export function aboutMutation(name: string, args: JsonObject, definitions: readonly GraphqlModule[]): About {
  if (name.length > 64) return {};
  const verb = (['create', 'update', 'delete'] as const).find((one) => VERBS[one].test(name));
  const noun = verb === undefined ? '' : name.replace(VERBS[verb], '');
  const own = definitions.find(({ type }) => isSame(noun, type));
  const places = verb && placesOf(verb, args);
  if (!places) return doubtful(name, own ?? named(name, definitions), definitions);
  const mutations = { [name]: places };
  if (own) return { operation: name, declared: [{ module: own.name, keys: { mutations } }] };
  const touched = touchedBy([noun, ...namesIn(args)], definitions);
  if (touched) return doubtful(name, touched, definitions);
  const [first] = definitions;
  const type = noun.charAt(0).toUpperCase() + noun.slice(1);
  const query = noun.charAt(0).toLowerCase() + noun.slice(1);
  const record = `query ($id: ID!) { ${query}(id: $id) { id } }`;
  const keys = { dialect: 'graphql', path: first?.path ?? '', mutations, record };
  return { operation: name, declared: [{ module: type, keys }] };
}

/** What nobody can guess goes to the module that it seems to be about, else to the first. */
function doubtful(name: string, module: GraphqlModule | undefined, [first]: readonly GraphqlModule[]): About {
  const home = module ?? first;
  const keys = { mutations: { [name]: { harmless: true } } };
  return {
    operation: name,
    declared: home
      ? [{ module: home.name, keys, onlyWhere: HARMLESS.replace('it is {', 'it is { id: …,') }]
      : [],
  };
}

const named = (name: string, definitions: readonly GraphqlModule[]) => touchedBy([name], definitions);

/** The module whose type stands in one of the names. */
function touchedBy(
  names: readonly string[],
  definitions: readonly GraphqlModule[],
): GraphqlModule | undefined {
  const all = names.map(plain);
  return definitions.find(({ type }) => all.some((name) => name.includes(plain(type))));
}

const plain = (name: string) => foldName(name).replaceAll('_', '');
const isSame = (one: string, two: string) => plain(one).replace(/s$/, '') === plain(two).replace(/s$/, '');

function namesIn(value: Json): readonly string[] {
  if (isList(value)) return value.flatMap(namesIn);
  return isObject(value) ? [...value].flatMap(([name, member]) => [name, ...namesIn(member)]) : [];
}

type Places = { readonly [key: string]: string };

/** Where the id and the fields stand: arguments, or members of the only one. Undefined where no id is to be seen. */
function placesOf(verb: keyof typeof VERBS, args: JsonObject): Places | undefined {
  const [[only = '', inner = null] = [], second] = [...args];
  const isWrapped = second === undefined && isObject(inner) && (verb !== 'create' || holdsRecord(inner));
  const members = isWrapped ? inner : args;
  const at = (name: string) => (isWrapped ? `/${only}/${name}` : name);
  const ids = [...members].filter(
    ([name, value]) => /^(?:\w*_)?ids?$|I[dD]s?$/.test(name) && !isObject(value),
  );
  const objects = [...members].filter(([, value]) => isObject(value));
  const [id] = ids.length === 1 ? ids : [];
  if (verb !== 'create' && !id) return undefined;
  if (verb === 'delete') return { operation: 'delete', id: at(id?.[0] ?? '') };
  const [fields] = objects.length === 1 ? objects : [];
  const whole = isWrapped ? `/${only}` : '';
  const place = fields ? at(fields[0]) : whole;
  return verb === 'create'
    ? { operation: 'create', fields: place }
    : { id: at(id?.[0] ?? ''), fields: place };
}

/** Relay's `input` holds the record beside the name of the call. */
function holdsRecord(input: JsonObject): boolean {
  const others = [...input].filter(([name]) => name !== 'clientMutationId');
  return others.length === 1 && isObject(others[0]?.[1]);
}

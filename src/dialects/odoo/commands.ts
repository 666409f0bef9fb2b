import {
  isList,
  isNumber,
  isObject,
  type Json,
  type JsonObject,
  jsonOf,
  textOf,
} from '../../core/wire/json.ts';
import type { ActionModule } from '../action-module.ts';

/** What cannot be read among the commands of a field. */
export class CommandFault extends Error {}

/**
 * The fields with the commands of relations in the words that nested writes are read by. A field that is in no `relations` stays as it
 * is. `defaults` are those of the context: they go to every record that is created.
 * https://www.odoo.com/documentation/master/developer/reference/backend/orm.html#odoo.fields.Command
 */
export function withRelations(
  vals: JsonObject,
  { relations = {} }: ActionModule,
  defaults: JsonObject,
): JsonObject {
  return new Map(
    [...vals].map(([name, value]): [string, Json] => {
      const target = Object.hasOwn(relations, name) ? relations[name] : undefined;
      if (target === undefined) return [name, value];
      // No x2many takes an id alone.
      const isSingle = isNumber(value) || (typeof target === 'object' && target.field !== undefined);
      return [name, isSingle ? single(value) : spoken(name, value, defaults)];
    }),
  );
}

/** A many2one: an id, or nothing. */
function single(value: Json): Json {
  return value === false ? null : value;
}

function spoken(name: string, value: Json, defaults: JsonObject): Json {
  if (value === false || value === null) return new Map([['set', []]]);
  if (!isList(value)) throw new CommandFault(`"${name}" is a list of commands, such as [[1, id, {…}]].`);
  // `[5, 7]` stands for all of them.
  if (value.length > 0 && value.every(isNumber)) return new Map([['set', value]]);
  const words = new Map<string, Json[]>();
  const say = (word: string, items: readonly Json[]) =>
    void words.set(word, [...(words.get(word) ?? []), ...items]);
  for (const command of value) {
    const [code, id = null, vals = null] = isList(command) ? command : [];
    switch (isNumber(code) ? code.lexeme : undefined) {
      case '0':
        say('create', [new Map([...defaults, ...object(name, vals)])]);
        break;
      case '1':
        say('update', [new Map<string, Json>([...withoutId(object(name, vals)), ['id', number(name, id)]])]);
        break;
      case '2':
        // Odoo deletes the record; by the word `delete`, other servers only end the link.
        say('update', [
          new Map<string, Json>([
            ['id', number(name, id)],
            ['$delete', true],
          ]),
        ]);
        break;
      case '3':
        say('disconnect', [number(name, id)]);
        break;
      case '4':
        say('connect', [number(name, id)]);
        break;
      case '5':
        say('set', []);
        break;
      case '6':
        if (!isList(vals)) throw new CommandFault(`In "${name}", [6, 0, ids] has a list of ids.`);
        say(
          'set',
          vals.map((one) => number(name, one)),
        );
        break;
      default:
        throw new CommandFault(`In "${name}" stands something that is no command from 0 to 6.`);
    }
  }
  return words;
}

function object(name: string, vals: Json): JsonObject {
  if (!isObject(vals)) throw new CommandFault(`In "${name}", a record is one object of fields.`);
  return vals;
}

function withoutId(vals: JsonObject): JsonObject {
  if (vals.has('id')) throw new CommandFault('Leave "id" out of the values; the command names the record.');
  return vals;
}

function number(name: string, id: Json): Json {
  const text = textOf(id);
  if (text === undefined || !/^[1-9]\d*$/.test(text))
    throw new CommandFault(`An id in "${name}" is not a whole number above 0.`);
  return jsonOf(text);
}

/** The fields that a context gives to new records: `{"default_state": "done"}`. */
export function defaultsIn(context: Json | undefined): JsonObject {
  if (!isObject(context)) return new Map();
  return new Map(
    [...context].flatMap(([name, value]) =>
      name.startsWith('default_') ? [[name.slice('default_'.length), value] as const] : [],
    ),
  );
}

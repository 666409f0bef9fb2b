import { candidatesOf } from '../../core/likeness/likeness.ts';
import type { Mount } from '../../core/saving/mount.ts';
import type { Save } from '../../core/saving/save.ts';
import {
  isEmpty,
  isList,
  isObject,
  type Json,
  type JsonObject,
  jsonObjectOf,
  jsonOf,
  textOf,
} from '../../core/wire/json.ts';
import type { ActionModule } from '../action-module.ts';
import {
  cleanOf,
  codesIn,
  extentFault,
  found,
  misspelt,
  moduleNamed,
  NOTHING,
  type Part,
  type PartialReading,
  together,
  unmappedAbout,
  unreadable,
} from '../parts.ts';
import { isSteeredBy, withBesides } from '../places.ts';
import { aboutMethod, aboutModel } from './about.ts';
import type { OdooCall } from './call.ts';
import { CommandFault, defaultsIn, withRelations } from './commands.ts';

/** Methods of every model that save nothing. https://github.com/odoo/odoo/blob/master/odoo/models.py, addons/web/models/models.py */
const READS = new Set(
  (
    'read search search_read search_count search_fetch read_group formatted_read_group formatted_read_grouping_sets web_read web_search_read web_read_group web_name_search ' +
    'fields_get name_search name_get default_get onchange onchange2 get_views get_view load_views fields_view_get exists has_access check_access_rights check_access_rule ' +
    'get_formview_id get_formview_action get_metadata get_external_id export_data search_panel_select_range search_panel_select_multi_range read_progress_bar'
  ).split(' '),
);

type Mounted = Pick<Mount<ActionModule>, 'definitions'>;

/** The saves of a call. */
export function savesIn(call: OdooCall, mount: Mounted): PartialReading {
  const named = moduleNamed(mount, call.model);
  if (named.kind === 'misspelt') return misspelt(named.definition);
  if (READS.has(call.method)) return NOTHING;
  if (named.kind === 'unmapped') return unmappedAbout(aboutModel(call, mount));
  try {
    return methodOf(call, named.definition);
  } catch (fault) {
    if (fault instanceof CommandFault) return unreadable(fault.message);
    throw fault;
  }
}

/** How many arguments the methods take by their places, the ids among them; a further one is a context (until Odoo 10), or moves the others. */
const PLACES: Readonly<Record<string, number>> = {
  write: 2,
  create: 1,
  unlink: 1,
  web_save: 4,
  web_save_multi: 4,
  copy: 2,
  name_create: 1,
};

function methodOf({ method, args, kwargs }: OdooCall, definition: ActionModule): PartialReading {
  const [first, second] = args;
  if (args.length > (PLACES[method] ?? args.length))
    return unreadable(`"${method}" has ${PLACES[method]} arguments at most. Send the rest in "kwargs".`);
  const defaults = defaultsIn(kwargs.get('context'));
  switch (method) {
    case 'write':
      return written(first, second ?? kwargs.get('vals') ?? kwargs.get('values'), definition, defaults);
    case 'create':
      return created(
        first ?? kwargs.get('vals_list') ?? kwargs.get('vals') ?? kwargs.get('values'),
        definition,
        defaults,
      );
    case 'unlink':
      return each(first, null, (id) => [{ save: saveOf(definition, id, 'delete', new Map()), codes: [] }]);
    case 'web_save': {
      const vals = second ?? kwargs.get('vals');
      return isList(first) && first.length === 0
        ? created(vals, definition, defaults)
        : written(first, vals, definition, defaults);
    }
    case 'web_save_multi': {
      const lists = [first, second ?? kwargs.get('vals_list')];
      const [ids, vals] = lists.map((list) => (isList(list) ? list : []));
      if (!ids || !vals || ids.length === 0 || ids.length !== vals.length)
        return unreadable('Send an object of fields for each id.');
      return together(ids.map((id, index) => written([id], vals[index], definition, defaults)));
    }
    case 'copy': {
      const given = second ?? kwargs.get('default') ?? new Map();
      return each(first, [given, defaults], () => [newRecord(given, definition, defaults, 'copy')]);
    }
    case 'name_create':
      return created(new Map([['name', kwargs.get('name') ?? first ?? null]]), definition, defaults);
    default:
      return action(method, args, kwargs, definition);
  }
}

/** A method that changes what its arguments do not say, or nothing: the configuration knows. */
function action(
  method: string,
  [ids, ...others]: readonly Json[],
  kwargs: JsonObject,
  definition: ActionModule,
): PartialReading {
  const own = Object.hasOwn(definition.actions, method) ? definition.actions[method] : undefined;
  if (own?.harmless) return NOTHING;
  if (!own?.set)
    return unreadable(
      `What the method "${method}" saves, nobody knows here. Say it under "actions" of the module ${definition.name}: what it sets, or that it is harmless.`,
      aboutMethod(method, definition.name),
    );
  const besides = [...others, cleanOf(kwargs)].filter(isObject).filter(({ size }) => size > 0);
  const given = besides.map((one) => new Map([...one].filter(([name]) => name !== 'context')));
  const fields = withBesides(jsonObjectOf(own.set), given);
  const isSteered = isSteeredBy(given, definition);
  const codes = [...others, kwargs].flatMap(codesIn);
  return each(ids, fields, (id) => [
    {
      save: { ...saveOf(definition, id, 'update', fields), verb: method, ...(isSteered && { isSteered }) },
      codes,
    },
  ]);
}

function written(
  ids: Json | undefined,
  vals: Json | undefined,
  definition: ActionModule,
  defaults: JsonObject,
): PartialReading {
  const fields = cleanOf(vals ?? null);
  if (!isObject(fields)) return unreadable('The values are one object of fields.');
  if (candidatesOf(fields, 'id').length > 0)
    return unreadable('Leave "id" out of the values; the ids name the records.');
  const judged = withRelations(fields, definition, defaults);
  const codes = codesIn(vals);
  return each(ids, judged, (id) => [{ save: saveOf(definition, id, 'update', judged), codes }]);
}

function created(vals: Json | undefined, definition: ActionModule, defaults: JsonObject): PartialReading {
  const list = isList(vals) ? vals : [vals ?? null];
  if (list.length === 0 || !list.every(isObject)) return unreadable('A record is one object of fields.');
  return (
    extentFault(list.length, defaults) ?? found(...list.map((one) => newRecord(one, definition, defaults)))
  );
}

function newRecord(vals: Json, definition: ActionModule, defaults: JsonObject, verb?: string): Part {
  const fields = cleanOf(vals);
  if (!isObject(fields)) throw new CommandFault('A record is one object of fields.');
  if (candidatesOf(fields, 'id').some((id) => !isEmpty(id)))
    throw new CommandFault('Leave "id" out of a new record.');
  const judged = withRelations(new Map([...defaults, ...fields]), definition, defaults);
  const save = saveOf(definition, null, 'create', judged);
  return { save: verb === undefined ? save : { ...save, verb }, codes: codesIn(vals) };
}

function saveOf(
  { name }: ActionModule,
  id: string | null,
  operation: Save['operation'],
  fields: JsonObject,
): Save {
  return { module: name, operation, id, fields, isFalseText };
}

/** `bool(value)`: https://github.com/odoo/odoo/blob/master/odoo/orm/fields_misc.py */
const isFalseText = (text: string) => text === '';

/** What is done to each of the ids, a list or one; `shared` is what is said of all. Of a text, `browse` makes a record of each letter. */
function each(
  ids: Json | undefined,
  shared: Json | undefined,
  partsOf: (id: string) => readonly Part[],
): PartialReading {
  const list = isList(ids) ? ids : typeof ids === 'string' ? [] : [ids ?? null];
  const texts = list.map((id) => textOf(id) ?? '');
  if (texts.length === 0 || !texts.every((id) => /^[1-9]\d*$/.test(id)))
    return unreadable('Name the records by a list of ids, as the first argument.');
  return extentFault(texts.length, shared ?? null) ?? found(...texts.flatMap(partsOf));
}

/** `{"model", "ids", "field", "offset"}`: writes the numbers one after the other. */
export function resequenced(params: JsonObject, mount: Mounted): PartialReading {
  const named = moduleNamed(mount, textOf(params.get('model')) ?? '');
  if (named.kind === 'misspelt') return misspelt(named.definition);
  if (named.kind === 'unmapped')
    return unmappedAbout(aboutModel({ model: textOf(params.get('model')) ?? '', method: 'write' }, mount));
  const field = textOf(params.get('field')) ?? 'sequence';
  const offset = Number(textOf(params.get('offset')) ?? '0');
  const ids = params.get('ids');
  const list = isList(ids) ? ids : [];
  if (list.length === 0 || !Number.isSafeInteger(offset))
    return unreadable('Name the records by a list of ids.');
  return together(
    list.map((id, index) =>
      each(id, null, (text) => [
        {
          save: saveOf(named.definition, text, 'update', new Map([[field, jsonOf(offset + index)]])),
          codes: [],
        },
      ]),
    ),
  );
}

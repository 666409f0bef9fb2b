import { fold } from '../../core/likeness/fold.ts';
import type { Save } from '../../core/saving/save.ts';
import type { Written } from '../../core/verdict/problem.ts';
import { isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import { moduleOfId, prefixOf } from './vtiger-id.ts';
import type { PrefixedModule } from './vtiger-module.ts';
import type { BodyShape } from './vtiger-operations.ts';

/** A write, taken apart. */
export type VtigerCall = {
  readonly operation: string;
  readonly shape: BodyShape;
  readonly parameters: JsonObject;
  /** What `element` or `values` holds, without codes. */
  readonly fields: JsonObject;
};

/** One record that the call saves; of the modules that are mapped, or of none. A text: what is wrong with the call. */
type Draft = { readonly save: Omit<Save, 'module'>; readonly home: PrefixedModule | undefined } | string;

/** The saves to modules that are mapped, and whether there are others. */
export type MappedSaves = { readonly saves: readonly Save[]; readonly alsoUnmapped: boolean };

/** What a call saves, or what is wrong with it. */
export function readSaves(call: VtigerCall, definitions: readonly PrefixedModule[]): MappedSaves | string {
  const drafts = draftsOf(call, definitions);
  const saves: Save[] = [];
  for (const draft of drafts) {
    if (typeof draft === 'string') return draft;
    if (draft.home) saves.push({ module: draft.home.name, ...draft.save, isFalseText });
  }
  return { saves, alsoUnmapped: saves.length < drafts.length };
}

/** What the call is about, as Vtiger says it: the names and the prefix that it gives. */
export function writtenBy({
  operation,
  parameters,
  fields,
}: VtigerCall): Pick<Written, 'type' | 'idPrefix' | 'operation'> {
  const [type] = ['elementType', 'module'].flatMap((name) => textOf(parameters.get(name)) ?? []);
  const ids = [
    parameters.get('id'),
    parameters.get('record'),
    parameters.get('sourceRecordId'),
    fields.get('id'),
  ];
  const [idPrefix] = ids.flatMap((id) => /^([1-9]\d{0,9})x/.exec(textOf(id) ?? '')?.[1] ?? []);
  return { operation, ...(type !== undefined && { type }), ...(idPrefix !== undefined && { idPrefix }) };
}

function draftsOf(call: VtigerCall, definitions: readonly PrefixedModule[]): readonly Draft[] {
  const { operation, shape, parameters, fields } = call;
  const update = (id: Json | undefined, name: string, values: JsonObject, verb?: string): Draft =>
    stored({ operation: 'update', fields: values, ...(verb && { verb }) }, id, name, definitions);
  switch (shape) {
    case 'create':
      return [created(parameters.get('elementType'), fields, definitions)];
    case 'element':
      return [typed(update(fields.get('id'), 'id', fields), parameters.get('elementType'), definitions)];
    case 'values': {
      // What the values say of the id is what Vtiger saves, whatever `record` says.
      const id = fields.has('id') ? fields.get('id') : parameters.get('record');
      if (id !== parameters.get('record')) return ['"record" and the "id" in "values" name two records.'];
      return [typed(update(id, 'record', fields), parameters.get('module'), definitions)];
    }
    case 'lead':
      return [
        update(fields.get('leadId'), 'leadId', fields, operation),
        ...entitiesOf(fields.get('entities'), definitions),
      ];
    case 'id': {
      const id = parameters.get('id');
      if (operation !== 'delete') return [update(id, 'id', new Map(), operation)];
      return [stored({ operation, fields: new Map() }, id, 'id', definitions)];
    }
    case 'pair':
      return pairOf(
        operation,
        ['sourceRecordId', 'relatedRecordId'].map((name) =>
          update(parameters.get(name), name, new Map(), operation),
        ),
      );
  }
}

/**
 * The two records of a relation. Where it ends, Vtiger empties the field that refers to a record of the other's module, whichever record
 * that names (`unlinkRelationship` in `HelpDesk.php` and others). Where it begins, it writes its table of relations alone, but for a service
 * contract: a ticket that lacks one of its references gets the contract's, also in the place of the other one (`updateHelpDeskRelatedTo` in
 * `ServiceContracts.php`). A module that an add-on brings may do the same (`save_related_module`).
 */
function pairOf(operation: string, drafts: readonly Draft[]): readonly Draft[] {
  return drafts.map((draft, index) => {
    const other = drafts[1 - index];
    if (typeof draft === 'string' || typeof other === 'string' || !other) return draft;
    if (operation !== 'delete_related')
      return bringsReferences(other) ? { ...draft, save: { ...draft.save, joins: true } } : draft;
    return other.home ? { ...draft, save: { ...draft.save, leaves: other.home.name } } : draft;
  });
}

/** Whether the record is of a module that is not of Vtiger's core: the modules of the core change nothing but the relation. */
function bringsReferences({ save, home }: Exclude<Draft, string>): boolean {
  if (home) return !CORE.has(home.type);
  return Number(prefixOf(save.id ?? '') ?? 0) > LAST_OF_CORE;
}

/** The modules that `DefaultDataPopulator.php` makes known to the webservice, in its order; packages come after them. */
const CORE: ReadonlySet<string> = new Set(
  'Campaigns Vendors Faq Quotes PurchaseOrder SalesOrder Invoice PriceBooks Calendar Leads Accounts Contacts Potentials Products Documents Emails HelpDesk Events Users'.split(
    ' ',
  ),
);
const LAST_OF_CORE = 23;

function stored(
  save: Omit<Save, 'module' | 'id'>,
  id: Json | undefined,
  name: string,
  definitions: readonly PrefixedModule[],
): Draft {
  if (typeof id !== 'string' || prefixOf(id) === undefined)
    return `"${name}" has to be a record's id as Vtiger writes it, such as 17x123: a text, without blanks or leading zeros.`;
  return { save: { ...save, id }, home: moduleOfId(id, definitions) };
}

function created(type: Json | undefined, fields: JsonObject, definitions: readonly PrefixedModule[]): Draft {
  if (typeof type !== 'string' || type === '') return 'Send "elementType" with the name of the module, once.';
  const home = definitions.find((definition) => definition.type === type);
  const other = home ? undefined : definitions.find((definition) => fold(definition.type) === fold(type));
  if (other) return `Write the module as "${other.type}"; Vtiger knows no other spelling.`;
  const id = fields.get('id');
  if (id !== undefined && id !== null && id !== '') return 'Leave "id" out of a record that is created.';
  return { save: { operation: 'create', id: null, fields }, home };
}

/** The draft, unless the request names another module than the id does. */
function typed(draft: Draft, type: Json | undefined, definitions: readonly PrefixedModule[]): Draft {
  if (typeof draft === 'string' || type === undefined) return draft;
  const isSame = draft.home
    ? type === draft.home.type
    : typeof type === 'string' && !definitions.some((definition) => fold(definition.type) === fold(type));
  return isSame
    ? draft
    : 'The id and the name of the module disagree. Send the name that belongs to the id, or none.';
}

/** The records that a lead is made into: `{"Contacts": {"create": true, "lastname": …}}`. */
function entitiesOf(entities: Json | undefined, definitions: readonly PrefixedModule[]): readonly Draft[] {
  if (entities === undefined) return [];
  if (!isObject(entities))
    return ['"entities" has to be an object, with a member for each record to make of the lead.'];
  return [...entities].map(([type, fields]) =>
    isObject(fields) ? created(type, fields, definitions) : `"${type}" in "entities" has to be an object.`,
  );
}

/** Vtiger stores a checkbox as ticked for `on` and for what PHP finds equal to 1, so not for `true` as a text (`CRMEntity.php`, uitype 56). */
function isFalseText(text: string): boolean {
  return text !== 'on' && Number(text) !== 1;
}

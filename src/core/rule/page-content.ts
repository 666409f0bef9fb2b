import { saidOfReference } from '../likeness/said.ts';
import type { Save } from '../saving/save.ts';
import { type Json, type JsonObject, textOf } from '../wire/json.ts';
import { isSameJson } from '../wire/same-json.ts';
import { canonicalText } from '../wire/write-json.ts';
import { confirmedFieldsOf } from './confirmed-fields.ts';
import { pageValue } from './page-value.ts';
import { boundFieldsOf, type Rule } from './rule.ts';

/** What the page of a code shows, as it is read there: just what the code is bound to. */
export type PageContent = {
  /** Id and name of the rule. */
  readonly rule: string;
  readonly name: string;
  readonly module: string;
  readonly record: string | null;
  /** The verified name of who asks; empty where there is none. */
  readonly user: string;
  readonly operation: 'create' | 'update' | 'delete';
  /** The CRM's own name for what is none of these. */
  readonly verb?: string;
  /** Whether any save of the record is agreed to, whatever it changes. */
  readonly isAny: boolean;
  /** Undefined where there is more of it than a page can show: then nobody can agree to it. */
  readonly changes: readonly PageChange[] | undefined;
};

/** One field, and what is stored there before and after; undefined where that is nothing. */
export type PageChange = {
  readonly field: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
};

/** Room for what a person reads before they agree. */
const MOST_SYMBOLS = 32_768;

/** The content of the page about a code for this save, which `user` asks for. */
export function pageContentOf(rule: Rule, save: Save, before: JsonObject | null, user: string): PageContent {
  const changes = changesOf(rule, save, before);
  const length = changes.reduce(
    (sum, one) => sum + one.field.length + (one.before?.length ?? 0) + (one.after?.length ?? 0),
    0,
  );
  const { operation, verb } = save;
  return {
    rule: rule.id,
    name: rule.name,
    module: save.module,
    record: save.id,
    user,
    operation: operation === 'create' || operation === 'delete' ? operation : 'update',
    ...(verb !== undefined && { verb }),
    isAny: rule.binds === 'record',
    changes: length > MOST_SYMBOLS ? undefined : changes,
  };
}

/** All that the binding takes in and the save says, but for what a code for a change leaves as it is stored. */
function changesOf(rule: Rule, save: Save, before: JsonObject | null): readonly PageChange[] {
  const isWhole = rule.binds === 'body' || (rule.binds === 'change' && save.operation === 'create');
  const said = isWhole ? save.fields : confirmedFieldsOf(rule, save, before);
  return [...said].flatMap(([name, value]): readonly PageChange[] => {
    const stored = before?.get(name) ?? before?.get(storedNameOf(rule, name, value)) ?? null;
    const isSame = isSameJson(stored, value);
    if (isSame && !isWhole) return [];
    return [{ field: name === '' ? '…' : pageValue(name), before: shown(stored), after: shown(value) }];
  });
}

/** The name under which the record has what the save may spell in another way. */
function storedNameOf(rule: Rule, name: string, value: Json): string {
  const alone = { fields: new Map([[name, value]]) };
  return boundFieldsOf(rule).find((field) => saidOfReference(alone, field, null).values.length > 0) ?? name;
}

function shown(value: Json): string | undefined {
  if (value === null) return undefined;
  const text = textOf(value) ?? canonicalText(value);
  return text === '' ? undefined : pageValue(text);
}

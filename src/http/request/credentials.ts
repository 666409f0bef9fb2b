import { isCollection } from '../../core/saving/module.ts';
import { type Body, treeOf } from '../../core/wire/body.ts';
import { canonical, type Headers } from '../../core/wire/headers.ts';
import { at, type Json, textOf } from '../../core/wire/json.ts';
import type { GuardedExchange } from './exchange.ts';

/** What a header may say: visible letters of ASCII. */
const SAYABLE = /^[\x21-\x7e]{1,4096}$/;

/**
 * Who asks, where the module's clients say it in the body and not in headers: as the headers of a read. Or why that cannot be told: a
 * caller who is named in both could be two.
 */
export function credentialsIn({ mount, headers }: GuardedExchange, body: Body | null): Headers | string {
  const [definition] = mount.definitions;
  const fields = isCollection(definition) ? Object.entries(definition.credentialFields ?? {}) : [];
  if (fields.length === 0 || !body) return [];
  const tree: Json = treeOf(body);
  const found: (readonly [string, string])[] = [];
  for (const [name, pointer] of fields) {
    const value = at(tree, pointer);
    if (value === undefined) continue;
    const text = textOf(value);
    if (text === undefined || !SAYABLE.test(text)) return `What stands at "${pointer}" cannot say who asks.`;
    if (headers.some(([other]) => canonical(other) === canonical(name)))
      return `Say who asks in the header "${name}" or at "${pointer}", and not in both.`;
    found.push([name, text]);
  }
  return found;
}

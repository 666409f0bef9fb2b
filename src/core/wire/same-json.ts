import { isList, isNumber, isObject, type Json, type JsonObject } from './json.ts';

/** Whether two documents are the same, whatever the order of members: numbers by their lexemes. Nothing is written to find it out. */
export function isSameJson(one: Json, other: Json): boolean {
  if (isList(one))
    return (
      isList(other) && one.length === other.length && one.every((item, index) => isSameAt(item, other[index]))
    );
  if (isObject(one)) return isObject(other) && hasSameMembers(one, other);
  if (isNumber(one)) return isNumber(other) && one.lexeme === other.lexeme;
  return one === other;
}

function hasSameMembers(one: JsonObject, other: JsonObject): boolean {
  return one.size === other.size && [...one].every(([name, member]) => isSameAt(member, other.get(name)));
}

function isSameAt(one: Json, other: Json | undefined): boolean {
  return other !== undefined && isSameJson(one, other);
}

import type { Save } from '../../core/saving/save.ts';
import { canonical, type Headers } from '../../core/wire/headers.ts';
import type { Reading } from '../dialect.ts';
import { unreadable } from '../parts.ts';

/**
 * The namespaces in which a request's names of fields and types are looked up: with `defaultNamespace=acme`, `Status__c` is
 * `acme__Status__c`. https://developer.salesforce.com/docs/platform/api-rest/guide/headers-calloptions.html
 */
export function namespacesIn(headers: Headers): readonly string[] {
  return headers.flatMap(([name, value]) =>
    canonical(name) === 'sforce-call-options'
      ? [...value.matchAll(/defaultNamespace\s*=\W*(\w+)/gi)].map(([, namespace = '']) => namespace)
      : [],
  );
}

/** The reading in which each field may be that of a namespace, too. A type that may be a mapped one is refused. */
export function readWithin(
  namespaces: readonly string[],
  reading: Reading,
  types: readonly string[],
): Reading {
  if (namespaces.length === 0) return reading;
  const prefixes = namespaces.map((namespace) => `${namespace}__`);
  const isWithin = (type: string) =>
    prefixes.some((prefix) => type.toLowerCase().startsWith(prefix.toLowerCase()));
  const isUnmapped = reading.kind === 'unmapped' || (reading.kind === 'saves' && reading.alsoUnmapped);
  if (isUnmapped && types.some(isWithin))
    return unreadable('Write the name of the type in full, and leave "defaultNamespace" out.');
  if (reading.kind !== 'saves') return reading;
  return { ...reading, saves: reading.saves.map((save) => within(prefixes, save)) };
}

function within(prefixes: readonly string[], save: Save): Save {
  const secondNames = (member: string) => {
    const names = [member, ...(save.secondNames?.(member) ?? [])];
    return [...names.slice(1), ...names.flatMap((name) => prefixes.map((prefix) => prefix + name))];
  };
  return { ...save, secondNames };
}

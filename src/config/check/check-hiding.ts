import { openingOf } from '../../core/saving/opening.ts';
import { isWithin } from '../../kinds/paths.ts';
import type { Diagnostic } from '../explain/problem.ts';
import type { Outline } from '../file/outline.ts';
import { when } from './when.ts';

/** What would still tell who exists, in a module whose lookup hides it. */
export function checkHiding({ modules, rules }: Outline): readonly Diagnostic[] {
  return Object.entries(modules).flatMap(([name, entry]): readonly Diagnostic[] => {
    const { path, lists, lookup } = entry;
    if (lookup?.enumeration !== 'hide') return [];
    const at = (...keys: readonly string[]) => ['modules', name, ...keys];
    const opensReads = rules.some((rule) => rule.module === name && rule.on?.includes('read') && rule.grant);
    const isApart = path !== undefined && lookup.path !== undefined && !isWithin(lookup.path, path);
    return [
      ...when(
        !opensReads,
        at('lookup', 'enumeration'),
        `hide needs a rule about reads of ${name} with a grant: nothing else opens its records`,
      ),
      ...when(lists === 'allow', at('lists'), 'allow shows every caller who is there; enumeration is hide'),
      ...when(
        isApart,
        at('lookup', 'path'),
        `lies beside ${path}, where every caller may ask for it directly; enumeration is hide`,
      ),
    ];
  });
}

/** What opens something below a record, which is there or not as the record is, or sends codes to it for whoever names its id. */
export function adviseHiding({ modules, passthrough, rules }: Outline): readonly Diagnostic[] {
  const hiding = Object.entries(modules).filter(([, { lookup }]) => lookup?.enumeration === 'hide');
  const tells = (name: string, ...path: Diagnostic['path']): Diagnostic => ({
    path,
    message: `tells which records of ${name} there are, though its enumeration is hide`,
    severity: 'warning',
  });
  const opened = passthrough.flatMap((entry, index) => {
    const pattern = entry && openingOf(entry).pattern;
    const [name] =
      hiding.find(([, { path }]) => path !== undefined && pattern !== undefined && isWithin(pattern, path)) ??
      [];
    return name === undefined ? [] : [tells(name, 'passthrough', index)];
  });
  const referred = rules.flatMap(({ send }, rule) =>
    send.to.flatMap(({ address }, index) => {
      const [name] = hiding.find(([name]) => name === address?.module) ?? [];
      return name === undefined ? [] : [tells(name, 'rules', rule, 'send', 'to', index, 'address')];
    }),
  );
  return [...opened, ...referred];
}

import { isWithin } from '../../kinds/paths.ts';
import type { Finding } from '../explain/problem.ts';
import type { Outline } from '../file/outline.ts';

/** What would tell who is there all the same, in a module whose lookup hides it. */
export function checkHiding({ modules, rules }: Outline): readonly Finding[] {
  return Object.entries(modules).flatMap(([name, entry]): readonly Finding[] => {
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
        `lies beside ${path}, where every caller may ask it himself; enumeration is hide`,
      ),
    ];
  });
}

/** The patterns that open something below a record, which is there or not as the record is. */
export function adviseHiding({ modules, passthrough }: Outline): readonly Finding[] {
  return passthrough.flatMap((pattern, index) => {
    const hidden = Object.entries(modules).find(
      ([, { path, lookup }]) =>
        lookup?.enumeration === 'hide' &&
        path !== undefined &&
        pattern !== undefined &&
        isWithin(pattern, path),
    );
    if (!hidden) return [];
    const message = `tells which records of ${hidden[0]} there are, though its enumeration is hide`;
    return [{ path: ['passthrough', index], message, severity: 'warning' as const }];
  });
}

function when(holds: boolean, path: Finding['path'], message: string): readonly Finding[] {
  return holds ? [{ path, message }] : [];
}

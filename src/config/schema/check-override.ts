import type { Context } from './check-texts.ts';
import { PRESET_TEXTS, type Texts } from './texts.ts';

type OverrideRule = {
  readonly on: readonly string[];
  readonly override?: unknown;
  readonly send: { readonly overrideMessage: Texts };
};

/** Reports an override of what is no save, and a text that nobody would ever get. */
export function checkOverride({ on, override, send }: OverrideRule, context: Context): void {
  if (override !== undefined && on.includes('read'))
    context.addIssue({
      code: 'custom',
      path: ['override'],
      message: 'is for saves: nobody vouches for a read',
    });
  if (override === undefined && send.overrideMessage !== PRESET_TEXTS.overrideMessage)
    context.addIssue({
      code: 'custom',
      path: ['send', 'overrideMessage'],
      message: 'has no effect: the rule has no override',
    });
}

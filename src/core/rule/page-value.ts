import { isolated, withoutInvisible } from './shown-value.ts';

/**
 * A value as the customer reads it on a page: whole, since what is shown is what is agreed to, but with `…` for symbols that nobody
 * sees, and isolated where its direction turns. There is no code beside it that it could pretend to be, and a page makes no link of it.
 */
export function pageValue(value: string): string {
  return isolated(withoutInvisible(value));
}

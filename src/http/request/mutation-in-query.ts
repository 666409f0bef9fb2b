import { decodePercent } from '../../core/likeness/undone.ts';
import { hasMutation } from '../../core/wire/graphql.ts';
import { readQuery } from '../../core/wire/target.ts';

/** Every mutation has a brace, as it is or encoded, however often. */
const BRACE = /[{]|%(?:25)*7b/i;

/** Whether a query carries a GraphQL mutation: there are servers that run one which a GET brings. */
export function carriesMutation(query: string): boolean {
  return BRACE.test(query) && readQuery(query).some(([, value]) => hasMutation(decodePercent(value)));
}

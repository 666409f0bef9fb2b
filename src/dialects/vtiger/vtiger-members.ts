import type { NestingFacts } from '../../core/nesting/compile.ts';
import { prefixOf } from './vtiger-id.ts';

/** The rows of an order or an invoice, its sums, and what a lead is made into: the operation that has them is judged by itself. */
const OWN = new Set(['LineItems', 'LineItems_FinalDetails', 'entities']);

/** What Vtiger's records nest: it knows no related records inside another one. */
export const NESTING: NestingFacts = {
  idField: 'id',
  idOf: (text) => (prefixOf(text) === undefined ? undefined : text),
  listsAreValues: true,
  isOwn: (name) => OWN.has(name),
};

import { declaredLines } from '../../core/saving/declared.ts';
import {
  homeOf,
  moduleBlock,
  NAMES_NO_RECORD,
  operationBlock,
  otherHomeOf,
} from '../../core/saving/describe.ts';
import { isCollection } from '../../core/saving/module.ts';
import { type Problem, problem, type Written } from '../../core/verdict/problem.ts';
import { announcesBody } from '../../core/wire/headers.ts';
import { isSafe } from '../../core/wire/method.ts';
import { openEndOf } from '../../core/wire/open-ended.ts';
import type { Exchange } from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';
import { meantMethods } from '../request/meant-methods.ts';
import { carriesMutation } from '../request/mutation-in-query.ts';
import type { Terms } from '../request/terms.ts';

/** Why a request to a path that no module names may not go on, or undefined: reads follow `unmappedReads`, writes `unmappedWrites`. */
export function unmappedFault(
  exchange: Exchange,
  { unmappedReads, unmappedWrites }: Omit<Terms, 'mode'>,
  context: Pick<HttpContext, 'otherDoors' | 'modules'>,
): Problem | undefined {
  if (isRead(exchange)) return unmappedReads === 'refuse' ? unmappedRead('unnamed') : undefined;
  return unmappedWrites === 'refuse' ? unmappedWrite(exchange, context) : undefined;
}

/**
 * A read that asks to be taken for a write is one. So is one with a body, since Vtiger's mobile API saves what a GET brings, and one
 * with a GraphQL mutation in its query.
 */
export function isRead(exchange: Exchange): boolean {
  const { method, headers, target } = exchange;
  const mayOnlyAsk = isSafe(method) && meantMethods(exchange).every(isSafe);
  return mayOnlyAsk && !announcesBody(headers) && !carriesMutation(target.query);
}

/**
 * A write that no module and no passthrough names; `why` is what the dialect of its path knows of that. What is said to the operator
 * never opens a way past a rule.
 */
export function unmappedWrite(
  exchange: Exchange,
  context: Pick<HttpContext, 'otherDoors' | 'modules'>,
  written?: Written,
  why?: string,
): Problem {
  if (isDoor(exchange, context.otherDoors))
    return problem('unmapped-write', DOOR, { written: { isDoor: true } });
  const about = written && { written };
  const declared = declaredLines(written?.declared ?? []);
  if (declared.length > 0) {
    const first =
      why ??
      `No module of the configuration names what this ${nameOf(exchange)} writes to. Declare it, such as:`;
    return problem('unmapped-write', `${first}\nmodules:\n${declared.join('\n')}`, about);
  }
  if (why !== undefined) return problem('unmapped-write', why);
  const what = whatMayLieBehind(exchange);
  const block = written && moduleBlock(written);
  if (block !== undefined) {
    const detail = `No module of the configuration is ${written?.type ?? `that with the prefix ${written?.idPrefix}`}, to which this ${nameOf(exchange)} writes. To guard what it saves, declare it, such as:\n${block}`;
    return problem('unmapped-write', detail, about);
  }
  if (what) return problem('unmapped-write', `${unnamed(exchange)} ${NEVER_OPEN(what)}`, about);
  const { method, target } = exchange;
  const collections = [...context.modules.values()].filter(isCollection);
  const home = homeOf(target.path, collections) ?? otherHomeOf(target.path, collections);
  const seen = { written: { ...written, ...(home && { home }) } };
  const entry = operationBlock({ method, path: target.path, home });
  if (!home) return problem('unmapped-write', `${unnamed(exchange)} ${ANYTHING}\n${entry}`, about);
  const first = `No operation of ${home.module} says what this ${nameOf(exchange)} means`;
  if (entry === undefined) return problem('unmapped-write', `${first}, and ${NAMES_NO_RECORD}.`, seen);
  const open = home.part === 'below' ? ` ${OPEN}` : '';
  return problem(
    'unmapped-write',
    `${first}.${open} Describe it below that module, such as:\n${entry}`,
    seen,
  );
}

const unnamed = (exchange: Exchange) =>
  `No module and no passthrough of the configuration names this ${nameOf(exchange)}.`;

const NEVER_OPEN = (what: string) =>
  `It looks like ${what}, by which any record could be saved: do not open it, but map its records as modules of a dialect that reads it${what === 'a batch' ? ', or describe it under "operations" of a module of dialect rest: as "records" where it lists records, as a "batch" where it lists requests' : ''}.`;

const OPEN = 'Only where it can save nothing that a rule is about, add its path to "passthrough".';
const ANYTHING = `To guard what it saves, make it a module. ${OPEN} Where it saves records of a module of dialect rest, say there what it means, such as:`;

const DOOR =
  'The CRM saves by this path, too, beside its API, and nobody judges what. It is never to be opened; send the save by the API.';

/** Whether the CRM of a module saves by this path beside its API, in whatever way it is spelled. */
function isDoor({ target }: Exchange, doors: ReadonlySet<string>): boolean {
  return (
    doors.size > 0 &&
    target.readings.some((path) =>
      path
        .toLowerCase()
        .split('/')
        .some((segment) => doors.has(segment)),
    )
  );
}

function whatMayLieBehind({ target }: Exchange): string | undefined {
  if (carriesMutation(target.query)) return 'GraphQL';
  return target.readings.map(openEndOf).find((found) => found !== undefined)?.what;
}

function nameOf({ method, headers, target }: Exchange): string {
  if (!isSafe(method)) return method;
  if (announcesBody(headers)) return `${method} with a body`;
  return carriesMutation(target.query) ? `${method} with a GraphQL mutation` : method;
}

const GUARDED =
  "Reads of this module's records are guarded, and this path may show what they hold. To open it,";
const READS = {
  list: `${GUARDED} set "lists: allow" of its module.`,
  place: `${GUARDED} set "ids: any" of its module, where it is the id of a record.`,
  below: `${GUARDED} where it shows nothing of them, add it to "passthrough".`,
  beside: `${GUARDED} where it shows nothing of them, add it to "passthrough". Where it is the address of the module's "lookup", clients find a record by POST /_countersign/rules/{rule}/identify.`,
  unnamed:
    'No module and no passthrough of the configuration names this read, and "unmappedReads: refuse" lets no other pass. Only where it can save nothing, add its path to "passthrough".',
} as const;

/**
 * A read beside the records whose reads are guarded: a list of them, a place that is no record, what lies below one, or the
 * collection by another ending. Or one that nobody names, where those are refused.
 */
export function unmappedRead(what: keyof typeof READS): Problem {
  return problem('unmapped-read', READS[what]);
}

import type { Body } from '../../core/wire/body.ts';
import { textOf } from '../../core/wire/json.ts';
import { readQuery } from '../../core/wire/target.ts';
import type { Dialect, Head, Reading } from '../dialect.ts';
import { envelopeIn, isBreakdown, recordOf, refusalWith, withheldAs } from './vtiger-envelope.ts';
import { NESTING } from './vtiger-members.ts';
import type { PrefixedModule } from './vtiger-module.ts';
import { PARAMETERS, readsOf, WEBSERVICE } from './vtiger-operations.ts';
import { membersOf, type Parameters, readParameters } from './vtiger-parameters.ts';
import { readWrite, STEERING, withoutHiddenCodes } from './vtiger-write.ts';

/**
 * Vtiger's `webservice.php`, of the open source and on premises: one address for all modules, forms with JSON inside, the
 * session as a parameter, status 200 whatever happens. What is said of Vtiger here was seen on 8.0.0.
 * https://community.vtiger.com/help/vtigercrm/developers/third-party-app-integration.html
 */
export const vtigerWebservice: Dialect<PrefixedModule> = {
  name: 'vtiger-webservice',
  // Without a php.ini, cookies are parameters: `Cookie: operation=revise` makes a save of a retrieve.
  dropsCookies: true,
  jsonEscapes: 'short',
  otherDoors: ['index.php', 'modules'],
  recognise(head, { segments, definitions }) {
    if (segments.length > 0) return 'unknown';
    if (head.method === 'POST') return 'body';
    const operation = operationIn(steeringOf(head, null));
    const isRead = typeof operation === 'string' && isReading(operation, definitions);
    return isRead && (head.method === 'GET' || head.method === 'HEAD') ? 'read' : 'unknown';
  },
  sureReads: (definitions) => ({
    below: 'nothing',
    by: { parameter: 'operation', words: readsOf(WEBSERVICE, definitions) },
  }),
  controlNames: () => ['element', 'values'],
  read(head, { definitions }, body) {
    if (!body || body.kind === 'json')
      return unreadable('Vtiger reads forms here: operation=…&sessionName=…&element=…');
    const operation = operationIn(steeringOf(head, body));
    if (typeof operation !== 'string') return unreadable(operation.detail);
    if (isReading(operation, definitions)) return harmless(operation, head, body);
    const shape = WEBSERVICE.saves.get(operation);
    if (!shape) return unreadable(unknownOperation(operation));
    const inAddress = readParameters(readQuery(head.query), PARAMETERS[shape]);
    if (!inAddress.ok) return unreadable(inAddress.detail);
    const [name] = inAddress.values.keys();
    if (name !== undefined)
      return unreadable(`Send "${name}" in the body; in the address Vtiger does not read it.`);
    return readWrite(operation, shape, body, definitions);
  },
  sessionOf(head, body) {
    const steering = steeringOf(head, body);
    return steering.ok ? textOf(steering.values.get('sessionName')) : undefined;
  },
  recordPath({ path }, id, session) {
    const caller = session === undefined ? '' : `&sessionName=${encodeURIComponent(session)}`;
    return `${path}?operation=retrieve${caller}&id=${encodeURIComponent(id)}`;
  },
  recordOf,
  withheldAs,
  outcomeOf({ status, body }) {
    // Status 500 with nothing in it is what a list as a value gives, and it is stored.
    const envelope = status === 200 ? envelopeIn(body) : undefined;
    if (!envelope || (!envelope.success && isBreakdown(envelope.code))) return 'unknown';
    return envelope.success ? 'saved' : 'notSaved';
  },
  nesting: () => NESTING,
  refusal: refusalWith(200),
};

/**
 * Operation, session and format. PHP merges address and body, and which of them wins depends on its configuration, so they may
 * not differ.
 */
function steeringOf({ query }: Pick<Head, 'query'>, body: Body | null): Parameters {
  const address = readParameters(readQuery(query), STEERING);
  const form = readParameters(body ? membersOf(body) : [], STEERING);
  if (!address.ok || !form.ok) return address.ok ? form : address;
  for (const [name, value] of form.values) {
    if (typeof value !== 'string') return { ok: false, detail: `"${name}" has to be a text.` };
    if ((address.values.get(name) ?? value) !== value) {
      const detail = `"${name}" says one thing in the address and another in the body. Send it once.`;
      return { ok: false, detail };
    }
  }
  return { ok: true, values: new Map([...address.values, ...form.values]) };
}

/**
 * The operation in lower case, as Vtiger makes it; `{ detail }` where it is no plain one. MySQL takes `révise` and `revise ` for
 * `revise`, so its letters are ASCII here.
 */
function operationIn(steering: Parameters): string | { readonly detail: string } {
  if (!steering.ok) return steering;
  const operation = textOf(steering.values.get('operation'));
  if (operation !== undefined && /^[A-Za-z_.]+$/.test(operation)) return operation.toLowerCase();
  return {
    detail:
      'Send "operation" in plain letters, such as operation=revise: Vtiger takes other spellings for it, too.',
  };
}

function isReading(operation: string, definitions: readonly PrefixedModule[]): boolean {
  return (
    WEBSERVICE.reads.has(operation) ||
    definitions.some(({ readOnlyOperations }) => readOnlyOperations?.includes(operation))
  );
}

/** What saves nothing goes on. Cookies stay where they are asked for and nothing stands beside them that they could steer. */
function harmless(operation: string, head: Pick<Head, 'query'>, body: Body): Reading {
  const names = [...membersOf(body), ...readQuery(head.query)].map(([name]) => name);
  const keepsCookies = operation === 'extendsession' && names.every((name) => STEERING.includes(name));
  return { kind: 'harmless', body: withoutHiddenCodes(body), keepsCookies };
}

function unknownOperation(operation: string): string {
  return `Nobody knows here what "${operation}" saves. If it saves nothing, name it in "readOnlyOperations" of the module.`;
}

function unreadable(detail: string): Reading {
  return { kind: 'unreadable', detail };
}

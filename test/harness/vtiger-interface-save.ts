import { decodeNatively } from './vtiger-decoder.ts';
import { answerOf } from './vtiger-interface-answer.ts';
import type { Field, Module } from './vtiger-modules.ts';
import { type PhpValue, textIn } from './vtiger-php.ts';
import { change, type FoundRecord, type Values, valuesOf } from './vtiger-records.ts';
import { type PhpRequest, textOf } from './vtiger-request.ts';
import type { User, VtigerState } from './vtiger-state.ts';

/** What the user interface answers instead: a message, or a status alone. */
export class InterfaceError extends Error {
  readonly status: number;
  constructor(message: string, status = 200) {
    super(message);
    this.status = status;
  }
}

type Action = (request: PhpRequest, user: User, state: VtigerState) => unknown;

/** The actions that save, by their exact names. */
const ACTIONS: Readonly<Record<string, Action>> = {
  SaveAjax(request, user, state) {
    const { found, definition } = ownIn(request, state);
    change(found, valuesIn(request, definition, state), savingOf(user), state);
    return answerOf(found, definition, state);
  },
  Save(request, user, state) {
    const { found, definition } = ownIn(request, state);
    change(found, valuesIn(request, definition, state), savingOf(user), state);
    return `index.php?module=${definition.name}&view=Detail&record=${found.number}`;
  },
  MassSave(request, user, state) {
    const definition = moduleIn(request, state);
    const ids = valuesOf(decodeNatively(textOf(request, 'selected_ids') ?? ''));
    for (const id of Object.values(ids)) {
      const found = recordOf(String(id), definition, state);
      change(found, valuesIn(request, definition, state), savingOf(user), state);
    }
    return true;
  },
};

/** Runs an action: it is there, it is asked for by POST, from a page of this host, about a record that is written as its number. */
export function runAction(name: string, request: PhpRequest, user: User, state: VtigerState): unknown {
  if (!/^\d*$/.test(textOf(request, 'record') ?? '')) throw new InterfaceError('', 400);
  const action = ACTIONS[name];
  if (!action) throw new InterfaceError('Handler not found.');
  if (request.method !== 'POST') throw new InterfaceError('Invalid request');
  const referer = request.header('referer');
  if (referer !== undefined && new URL(referer).host !== request.header('host'))
    throw new InterfaceError('Illegal request');
  return action(request, user, state);
}

const savingOf = (user: User) => ({ user, decodes: true, whole: false });

function ownIn(
  request: PhpRequest,
  state: VtigerState,
): { readonly found: FoundRecord; readonly definition: Module } {
  const definition = moduleIn(request, state);
  return { found: recordOf(textOf(request, 'record') ?? '', definition, state), definition };
}

function moduleIn(request: PhpRequest, { modules }: VtigerState): Module {
  const definition = modules.find(({ name }) => name === textOf(request, 'module'));
  if (!definition) throw new InterfaceError('Permission denied');
  return definition;
}

function recordOf(id: string, definition: Module, { records }: VtigerState): FoundRecord {
  const record = records.get(Number(id));
  if (String(Number(id)) !== id || record?.module !== definition.name)
    throw new InterfaceError('Permission denied');
  return { id: `${definition.prefix}x${id}`, number: Number(id), record };
}

/** `field` and `value`, and whatever parameter is called as a field is, which beats them; in the body or in the address. */
function valuesIn({ all }: PhpRequest, { fields }: Module, state: VtigerState): Values {
  const named = all.get('field');
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const own = all.get(field.name) ?? (field.name === named ? all.get('value') : undefined);
    if (own !== undefined) values[field.name] = idOf(field, textOrList(own), state);
  }
  return values;
}

/** Trimmed, and read where it looks like JSON. */
function textOrList(value: PhpValue): unknown {
  if (typeof value !== 'string') return value;
  const text = (textIn(value) ?? value).trim();
  return /^[[{]/.test(text) ? (decodeNatively(text) ?? text) : text;
}

/** Owners and references are numbers here. */
function idOf({ type }: Field, value: unknown, { modules, records }: VtigerState): unknown {
  if (typeof value !== 'string' || !/^\d+$/.test(value)) return value;
  if (type.name === 'owner') return `19x${value}`;
  const target = modules.find(({ name }) => name === records.get(Number(value))?.module);
  return type.refersTo && target ? `${target.prefix}x${value}` : value;
}

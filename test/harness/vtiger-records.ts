import { decodeEntities } from './vtiger-php.ts';

/** What Vtiger answers instead: an envelope, or nothing at all with status 500. */
export class VtigerError extends Error {
  readonly code: string | number;
  constructor(code: string | number, message: string) {
    super(message);
    this.code = code;
  }
}
export class Fatal extends Error {}

export const denied = (what = '') =>
  new VtigerError('ACCESS_DENIED', `Permission to perform the operation is denied${what}`);

export type VtigerRecord = { readonly module: string; readonly fields: Record<string, string> };
export type Fields = Readonly<Record<string, unknown>>;

type Module = {
  readonly prefix: number;
  readonly fields: readonly string[];
  readonly mandatory: readonly string[];
  readonly references?: Readonly<Record<string, number>>;
};

/** The modules of a fresh 8.0.0 that the stand-in has, with the fields that matter. */
export const MODULES: Readonly<Record<string, Module>> = {
  HelpDesk: {
    prefix: 17,
    fields: [
      'ticket_no',
      'assigned_user_id',
      'ticketpriorities',
      'ticketstatus',
      'ticket_title',
      'contact_id',
      'cf_852',
      'description',
    ],
    mandatory: ['assigned_user_id', 'ticketpriorities', 'ticketstatus', 'ticket_title'],
    references: { contact_id: 12 },
  },
  Contacts: {
    prefix: 12,
    fields: ['contact_no', 'assigned_user_id', 'lastname', 'firstname', 'email', 'mobile'],
    mandatory: ['assigned_user_id', 'lastname'],
  },
  Leads: {
    prefix: 10,
    fields: ['lastname', 'company', 'assigned_user_id'],
    mandatory: ['lastname', 'assigned_user_id'],
  },
  Events: { prefix: 18, fields: ['subject'], mandatory: ['subject'] },
  Users: { prefix: 19, fields: ['user_name'], mandatory: ['user_name'] },
};

/**
 * Stores values as 8.0.0 was seen to: picklists are not checked, `revise` undoes character references, and a list or an object
 * of one value is stored before PHP fails.
 */
export function assign(
  record: VtigerRecord,
  values: Fields,
  how: { readonly decodes: boolean; readonly whole: boolean },
  exists: (id: string, prefix: number) => boolean,
): void {
  const module = MODULES[record.module];
  if (!module) throw denied();
  const missing = module.mandatory.find((name) =>
    how.whole || name in values
      ? values[name] === undefined || values[name] === null || values[name] === ''
      : false,
  );
  if (missing) throw new VtigerError('MANDATORY_FIELDS_MISSING', `${missing} does not have a value`);
  const known = module.fields.filter(
    (name) => name in values && name !== 'ticket_no' && name !== 'contact_no',
  );
  for (const [name, prefix] of Object.entries(module.references ?? {})) {
    if (known.includes(name) && values[name] && !exists(String(values[name]), prefix))
      throw new VtigerError('REFERENCE_INVALID', `Invalid reference specified for ${name}`);
  }
  let fails = false;
  for (const name of known) {
    const value = values[name];
    const list = typeof value === 'object' && value !== null ? Object.values(value) : undefined;
    if (list && list.length !== 1) throw new Fatal('Input array has 3 params');
    fails ||= list !== undefined;
    record.fields[name] = columnText(list ? list[0] : value, how.decodes);
  }
  if (fails) throw new Fatal('');
}

function columnText(value: unknown, decodes: boolean): string {
  const text =
    value === true ? '1' : value === false || value === null || value === undefined ? '' : String(value);
  const decoded = decodes ? decodeEntities(text) : text;
  const safe = /<script/i.test(decoded) ? decoded.replaceAll('<', '&lt;').replaceAll('>', '&gt;') : decoded;
  return safe.replace(/[\u{10000}-\u{10ffff}]/gu, '????');
}

export type FoundRecord = { readonly id: string; readonly number: number; readonly record: VtigerRecord };

/** A record as answers show it: texts, and a label that stays encoded. */
export function shown({ id, record }: FoundRecord): Record<string, string> {
  return { ...record.fields, id, label: (record.fields['ticket_title'] ?? '').replaceAll('&', '&amp;') };
}

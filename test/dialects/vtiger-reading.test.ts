import { describe, expect, it } from 'vitest';
import type { Body } from '../../src/core/wire/body.ts';
import type { PrefixedModule } from '../../src/dialects/vtiger/vtiger-module.ts';
import { vtigerRest } from '../../src/dialects/vtiger/vtiger-rest.ts';
import { vtigerWebservice } from '../../src/dialects/vtiger/vtiger-webservice.ts';
import { told } from '../config/example.ts';

const moduleOf = (name: string, idPrefix: string): PrefixedModule => ({
  name,
  idPrefix,
  type: name,
  dialect: 'vtiger-webservice',
  path: '/webservice.php',
  readOnlyOperations: ['report.run'],
});
const mount = {
  path: '/webservice.php',
  definitions: [moduleOf('HelpDesk', '17'), moduleOf('Contacts', '12')] as const,
  segments: [],
};

function formOf(values: Readonly<Record<string, string>>): Body {
  const entries = Object.entries(values).map(([name, value]) => ({
    name,
    value,
    isUtf8: true,
    text: `${name}=${value}`,
  }));
  return { kind: 'form', entries };
}

function read(values: Readonly<Record<string, string>>, query = '') {
  const head = { method: 'POST', query, headers: [] };
  return vtigerWebservice.read(head, { ...mount, definitions: [...mount.definitions] }, formOf(values), []);
}

function savesOf(values: Readonly<Record<string, string>>) {
  const reading = read(values);
  if (reading.kind !== 'saves') return reading;
  return reading.saves.map(({ module: name, operation, verb, id }) => [name, operation, verb, id]);
}

describe('operations of Vtiger', () => {
  it('convertlead saves each record that it makes, in the modules that are mapped', () => {
    const element = JSON.stringify({
      leadId: '10x14',
      assignedTo: '19x1',
      entities: {
        Contacts: { create: true, lastname: 'Lead' },
        Accounts: { create: true, accountname: 'Co' },
      },
    });
    expect(savesOf({ operation: 'convertlead', element })).toEqual([['Contacts', 'create', undefined, null]]);
    expect(read({ operation: 'convertlead', element })).toMatchObject({ alsoUnmapped: true });
  });

  it('add_related concerns both records, under its own name', () => {
    const parameters = {
      operation: 'add_related',
      sourceRecordId: '12x4',
      relatedRecordId: '17x5',
      relationIdLabel: 'HelpDesk',
    };
    expect(savesOf(parameters)).toEqual([
      ['Contacts', 'update', 'add_related', '12x4'],
      ['HelpDesk', 'update', 'add_related', '17x5'],
    ]);
    expect(savesOf({ ...parameters, relatedRecordId: '17x05' })).toMatchObject({ kind: 'unreadable' });
  });

  it('changepassword is an update of a user, in the letters of the documentation', () => {
    expect(read({ operation: 'changePassword', id: '19x1', newPassword: 'x' })).toMatchObject({
      kind: 'unmapped',
    });
    expect(savesOf({ operation: 'changePassword', id: '12x4' })).toEqual([
      ['Contacts', 'update', 'changepassword', '12x4'],
    ]);
  });

  it.each(['wsapp_put', 'wsapp_register', 'deleteuser', 'frobnicate'])('%s is refused', (operation) => {
    const reading = read({ operation, id: '19x1', element: '[]' });
    expect(reading).toMatchObject({ kind: 'unreadable' });
    expect(reading).toMatchObject({ detail: expect.stringMatching(/readOnlyOperations|plain letters/) });
  });

  it('an operation that the configuration calls harmless passes, without a code in it', () => {
    const reading = read({
      operation: 'report.run',
      name: 'x',
      element: '{}',
      values: '{"OTPRULES_OTP_1":"1"}',
      OTPRULES_OTP_1: '1',
    });
    expect(reading).toMatchObject({
      kind: 'harmless',
      body: { entries: [{ name: 'operation' }, { name: 'name' }, { name: 'element' }] },
    });
  });

  it('an element that is a file is none', () => {
    const content = { length: 2, pieces: () => [new TextEncoder().encode('{}')] };
    const part = (name: string, value: string | Map<string, string>) => ({
      name,
      value,
      isUtf8: true,
      head: '',
      content,
    });
    const entries = [part('operation', 'revise'), part('element', new Map([['filename', 'x']]))];
    const head = { method: 'POST', query: '', headers: [] };
    const wide = { ...mount, definitions: [...mount.definitions] as [PrefixedModule, PrefixedModule] };
    expect(vtigerWebservice.read(head, wide, { kind: 'multipart', entries }, [])).toMatchObject({
      kind: 'unreadable',
    });
  });

  it('a value that stands beside the element is seen by criteria', () => {
    const reading = read({
      operation: 'revise',
      element: '{"id":"17x5"}',
      ticketstatus: 'Closed',
      sessionName: 's',
    });
    const fields = reading.kind === 'saves' ? reading.saves[0]?.fields : undefined;
    expect(fields?.get('')).toEqual([new Map([['ticketstatus', 'Closed']])]);
  });
});

describe('answers to saves', () => {
  const bytes = (body: unknown) =>
    new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  const failed = (code: string) => ({ success: false, error: { code, message: 'x' } });

  it.each([
    [200, { success: true, result: {} }, 'saved', 'saved'],
    [200, failed('ACCESS_DENIED'), 'notSaved', 'notSaved'],
    [400, failed('ACCESS_DENIED'), 'unknown', 'notSaved'],
    [401, '', 'unknown', 'notSaved'],
    [200, failed('INTERNAL_SERVER_ERROR'), 'unknown', 'unknown'],
    [400, failed('DATABASE_QUERY_ERROR'), 'unknown', 'unknown'],
    [500, '', 'unknown', 'unknown'],
    [500, { success: true }, 'unknown', 'unknown'],
    [200, 'Sorry! Attempt to access restricted file.', 'unknown', 'unknown'],
    [200, [], 'unknown', 'unknown'],
    [302, '', 'unknown', 'unknown'],
  ])('%i %j means %s at webservice.php and %s at the REST API', (status, body, webservice, rest) => {
    const answer = { status, body: bytes(body) };
    expect([vtigerWebservice.outcomeOf(answer), vtigerRest.outcomeOf(answer)]).toEqual([webservice, rest]);
  });
});

describe('the configuration of a module of Vtiger', () => {
  const base = { dialect: 'vtiger-webservice', path: '/webservice.php', idPrefix: '17' };
  const modules = (changes: object, others: object = {}) =>
    told({ modules: { DeliveryNotes: { ...base, ...changes }, ...others } });

  it.each([
    [{ idPrefix: 17 }, 'modules.DeliveryNotes.idPrefix: must be a text such as "17"'],
    [{ idPrefix: '17x' }, 'modules.DeliveryNotes.idPrefix: must be the number before the "x"'],
    [{ readOnlyOperations: ['revise'] }, 'readOnlyOperations[0]: is an operation that saves'],
    [{ readOnlyOperations: ['wsapp_put'] }, 'readOnlyOperations[0]: is an operation that saves'],
    [
      { readOnlyOperations: ['Report'] },
      'readOnlyOperations[0]: must be the name of an operation in lower case',
    ],
    [{ idprefix: '17' }, 'modules.DeliveryNotes.idprefix: unknown key (did you mean "idPrefix"?)'],
  ])('%j is refused', (changes, message) => {
    expect(modules(changes)).toContain(message);
  });

  it('shares its path with others, but not its prefix', () => {
    expect(modules({}, { Contacts: { ...base, idPrefix: '12' } })).not.toContain('modules.');
    expect(modules({}, { Contacts: base })).toContain('modules.Contacts.idPrefix: is that of DeliveryNotes');
  });
});

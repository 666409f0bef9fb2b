import { describe, expect, test } from 'vitest';
import { aRule, told } from './example.ts';

const columns = { custom_fields: { name: 'id', value: 'value' } };
const CUSTOMERS = { dialect: 'rest', path: '/api/Customers', columns };
const modules = {
  DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', columns },
  Customers: CUSTOMERS,
};
const to = (address: unknown) => ({ to: [{ channel: 'email', address }] });
const related = (via: string, field: string) => to({ via, module: 'Customers', field, reverse: 'none' });

/** What is said of a rule with these changes, where both modules have a list of columns. */
const toldOfRule = (changes: object) => told({ modules, rules: [aRule({ ...changes })] });

describe('a rule that reads a list of columns as a whole', () => {
  test.each<[string, object]>([
    ['when', { when: { changed: 'custom_fields' } }],
    ['when', { when: { changed: 'customFields' } }],
    ['when', { when: { '!': [{ var: 'record.custom_fields' }] } }],
    ['send.when', { send: { ...to('email'), when: { changed: 'custom_fields' } } }],
    ['send.to[0].address', { send: to('/custom_fields/0/value') }],
    ['send.to[0].address.via', { send: related('/custom_fields/0/value', 'email') }],
    ['send.to[0].address.field', { send: related('customer', '/custom_fields/0/value') }],
  ])('would never apply, so it is refused: %s', (place, changes) => {
    const said = toldOfRule(changes);
    expect(said).toContain(`rules[0].${place}: `);
    expect(said).toContain('name the column, such as custom_fields_4');
  });

  test.each<[string, object]>([
    ['a column', { when: { changed: 'custom_fields_4' }, send: to('custom_fields_1') }],
    ['a column of another record', { send: related('customer', 'custom_fields_1') }],
  ])('honest: %s', (_, changes) => {
    expect(toldOfRule(changes)).not.toContain('list of columns');
  });

  test('honest: an address by its place in a list that is named in "values"', () => {
    const values = ['custom_fields'];
    const said = told({
      modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', values } },
      rules: [aRule({ send: to('/custom_fields/0/value') })],
    });
    expect(said).not.toContain('list of columns');
  });
});

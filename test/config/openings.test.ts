import { describe, expect, it } from 'vitest';
import { aConfig, aRule, told } from './example.ts';

const OTHER = {
  modules: { ...(aConfig()['modules'] as object), Contacts: { dialect: 'rest', path: '/api/Contacts' } },
};
const openings = (text: string) => text.split('\n').filter((line) => line.includes('opens rule'));

describe('check says which rules an opening opens', () => {
  it.each([
    '/odata/$batch',
    '/api/batch',
    '/graphql',
    '/api/v1/graphql/**',
    '/rpc/*',
    '/jsonrpc',
    '/api/import',
    '/api/orders/import/**',
    '/socket.io/**',
    '/webservice.php',
    '/index.php',
    '/services/Soap/**',
    '/admin/api/*/graphql.json',
    '/xmlrpc.php',
    '/socket',
    '/api/method/**',
    '/parse/functions/*',
    '/web/dataset/**',
  ])('%s could save any record', (pattern) => {
    const [line = '', ...others] = openings(told({ rules: [aRule({ id: 7 })], passthrough: [pattern] }));
    expect(line).toMatch(/passthrough\[0\].*opens rule 7: it looks like /);
    expect(others).toEqual([]);
  });

  it.each([
    '/api/DeliveryNotes/*/approve',
    '/api/DeliveryNotes/bulk',
    '/api/DeliveryNotes.json',
    '/API/deliverynotes/**',
    '/api/v2/DeliveryNotes/**',
    '/v2/delivery-notes/*',
    '/api/Contacts/*/DeliveryNotes',
  ])('%s lies at the records', (pattern) => {
    const text = told({ rules: [aRule({ id: 7 })], passthrough: [pattern] });
    expect(text).toMatch(/passthrough\[0\].*(?:opens rule 7, if|would let saves of DeliveryNotes)/);
  });

  it.each([
    '/wp-json/wp/v2/media',
    'POST /wp-json/wp/v2/comments',
    '/blog/wp-json/**',
  ])('%s opens all that WordPress serves, by what a form says', (pattern) => {
    const [line = '', ...others] = openings(told({ rules: [aRule({ id: 7 })], passthrough: [pattern] }));
    expect(line).toMatch(/passthrough\[0\].*opens rule 7: .*"rest_route"/);
    expect(others).toEqual([]);
  });

  it.each([
    'GET /wp-json/wp/v2/users/*',
    '/wp-jsonp/x',
    '/login',
    '/files/**',
    '/api/DeliveryNotesArchive/**',
    '/api/Contacts/*/photo',
    '/api/imports/5',
  ])('%s opens none', (pattern) => {
    expect(openings(told({ ...OTHER, passthrough: [pattern] }))).toEqual([]);
  });

  it('by the last word of a path, by the type, and by the name where a module has no type', () => {
    const modules = {
      Notes: { dialect: 'rest', path: '/api/DeliveryNotes' },
      Cases: { dialect: 'salesforce', path: '/services/data', type: 'Case' },
      Tickets: { dialect: 'salesforce', path: '/services/data' },
    };
    const opens = (module: string, pattern: string) =>
      openings(told({ modules, rules: [aRule({ id: 7, module })], passthrough: [pattern] })).length;
    expect(opens('Notes', '/v2/delivery_notes/*')).toBe(1);
    expect(opens('Cases', '/v2/case/*')).toBe(1);
    expect(opens('Cases', '/v2/cases/*')).toBe(0);
    expect(opens('Tickets', '/v2/tickets/*')).toBe(1);
    expect(opens('Tickets', '/v2/case/*')).toBe(0);
    expect(opens('Notes', '/api/DeliveryNotes')).toBe(0);
  });

  it.each([
    ['deliverynotes', '/v2/deliverynotes', 1],
    ['Old', '/old/delivery-notes', 1],
    ['Json', '/api/DeliveryNotes.json', 1],
    ['Notes', '/v2/Notes', 0],
    ['Archive', '/api/DeliveryNotesArchive', 0],
  ])('by a module %s at %s, about which no rule is', (name, path, count) => {
    const modules = { ...OTHER.modules, [name]: { dialect: 'rest', path } };
    expect(openings(told({ modules, rules: [aRule({ id: 7 })] }))).toHaveLength(count);
    expect(openings(told({ modules, rules: [aRule({ id: 7 }), aRule({ id: 8, module: name })] }))).toEqual(
      [],
    );
  });

  it('none by the first slash, where all paths are those of a CRM', () => {
    const modules = { Orders: { dialect: 'odoo', path: '/', type: 'sale.order' } };
    const rules = [aRule({ id: 7, module: 'Orders' })];
    expect(openings(told({ modules, rules, passthrough: ['/login'] }))).toEqual([]);
    expect(openings(told({ modules, rules, passthrough: ['/v2/sale.order/*'] }))).toHaveLength(1);
  });

  it('names some of many rules, and none that are off', () => {
    const rules = [1, 2, 3, 4, 5, 6, 7].map((id) =>
      aRule({ id, name: `rule ${id}`, mode: id === 3 ? 'off' : 'enforce' }),
    );
    expect(told({ rules, passthrough: ['/graphql'] })).toContain(
      'opens rules 1, 2, 4, 5, 6 and 1 more: it looks like GraphQL',
    );
    expect(openings(told({ rules: [aRule({ mode: 'off' })], passthrough: ['/graphql'] }))).toEqual([]);
  });

  it('of unmappedWrites and websockets, too', () => {
    const text = told({ rules: [aRule({ id: 7 })], unmappedWrites: 'forward', websockets: ['/live'] });
    expect(openings(text)).toHaveLength(2);
  });

  it('of the pages by which Vtiger saves', () => {
    const vtiger = {
      modules: { Tickets: { dialect: 'vtiger-webservice', path: '/webservice.php', idPrefix: '17' } },
      rules: [aRule({ id: 7, module: 'Tickets' })],
    };
    for (const pattern of ['/modules/**', '/modules/Mobile/api.php', '/crm/index.php'])
      expect(openings(told({ ...vtiger, passthrough: [pattern] }))).toHaveLength(1);
    expect(openings(told({ passthrough: ['/modules/**'] }))).toEqual([]);
  });
});

describe('a module whose requests say in their bodies what they do', () => {
  it.each([
    '/graphql',
    '/odata/$batch',
    '/jsonrpc',
    '/webservice.php',
    '/rest/v1/rpc',
    '/admin/api/2026-10/graphql.json',
    '/xmlrpc.php',
  ])('is none of rest: %s', (path) => {
    expect(told({ modules: { DeliveryNotes: { dialect: 'rest', path } } })).toMatch(
      /modules.DeliveryNotes.path.*the body says/,
    );
  });

  it.each([
    '/api.php/orders',
    '/api/batches',
    '/graphql-docs',
    '/api/imports',
  ])('%s is one of rest', (path) => {
    expect(told({ modules: { DeliveryNotes: { dialect: 'rest', path } } })).not.toContain('the body says');
  });
});

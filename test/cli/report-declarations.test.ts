import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { decisionIn } from '../../src/cli/report/report-line.ts';
import { createSummary } from '../../src/cli/report/report-summary.ts';
import { summaryText } from '../../src/cli/report/report-text.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createLog } from '../../src/system/log.ts';
import { told } from '../config/example.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import type { Rep } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const VTIGER: Partial<ConfigInput> = {
  modules: { HelpDesk: { dialect: 'vtiger-webservice', path: '/webservice.php', idPrefix: '17' } },
  rules: [deliveryRule({ module: 'HelpDesk' })],
};

/** What is reported of a gateway, in shadow mode or not, after some requests. */
async function reported(changes: Partial<ConfigInput>, day: (rep: Rep) => Promise<unknown>) {
  const crm = await openCrm();
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
  const { rep, gateway } = await openGateway(gatewayOptions(crm.url, { mode: 'shadow', ...changes }), {
    log,
  });
  await day(rep);
  await gateway.close();
  const summary = createSummary();
  for (const line of lines.join('').split('\n')) {
    const decision = decisionIn(line);
    if (decision) summary.add(decision);
  }
  const text = summaryText(summary.found());
  const [, block = ''] = /as\n {2}To paste[^\n]*\n\n(.*?)(?=\n\n|$)/s.exec(text) ?? [];
  return { text, block, found: summary.found() };
}

const call = (rep: Rep, fields: Record<string, string>) =>
  rep.call('POST', '/webservice.php', new URLSearchParams({ sessionName: 's', ...fields }).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
  });
const element = (fields: object) => JSON.stringify(fields);

describe('report, behind a path that modules share', () => {
  test('names what was written as the CRM does, and has the module ready to paste', async () => {
    const { text, block, found } = await reported(VTIGER, async (rep) => {
      await call(rep, {
        operation: 'create',
        elementType: 'ModComments',
        element: element({ commentcontent: 'x' }),
      });
      await call(rep, { operation: 'revise', element: element({ id: '31x5', subject: 'x' }) });
    });
    expect(text).toContain('/webservice.php (ModComments create)');
    expect(text).toContain('/webservice.php (31x revise)');
    expect(parse(block)).toEqual({
      modules: {
        ModComments: { dialect: 'vtiger-webservice', path: '/webservice.php' },
        Prefix31: { dialect: 'vtiger-webservice', path: '/webservice.php', idPrefix: '31' },
      },
    });
    expect(block).toContain('it needs idPrefix');
    expect(found.unmappedWrites.map(({ written }) => written)).toContainEqual(
      expect.objectContaining({ type: 'ModComments', operation: 'create', dialect: 'vtiger-webservice' }),
    );
    expect(text).not.toContain('commentcontent');
  });

  test('never proposes to open a path by which Vtiger saves beside its API, and says so', async () => {
    const { block, text } = await reported(VTIGER, async (rep) => {
      await rep.call('POST', '/index.php?module=HelpDesk&action=Save', {});
      await rep.call('POST', '/modules/Mobile/api.php', {});
      await rep.call('POST', '/INDEX.PHP', {});
      await rep.call('POST', '/graphql', {});
    });
    expect(parse(block)).toBeNull();
    expect(block).toContain('# POST /index.php is never to be opened: the CRM saves by it, too');
    expect(block).toContain('# POST /modules/Mobile/api.php is never to be opened');
    expect(block).toContain('# POST /graphql is never to be opened: it looks like');
    expect(text).not.toContain('add its path to "passthrough"');
  });

  test('the refusal says the same, with the block', async () => {
    const crm = await openCrm();
    const { rep } = await openGateway(gatewayOptions(crm.url, VTIGER));
    const comment = {
      operation: 'create',
      elementType: 'ModComments',
      element: element({ commentcontent: 'x' }),
    };
    const refused = await call(rep, comment);
    expect(refused.text).toContain('ModComments: { dialect: vtiger-webservice, path: /webservice.php }');
    const door = await rep.call('POST', '/index.php', {});
    expect(door.json['detail']).toContain('It is never to be opened');
    expect(crm.received).toEqual([]);
  });

  test('a name that is none of a module stays out of the log', async () => {
    const { text } = await reported(VTIGER, (rep) =>
      call(rep, { operation: 'create', elementType: 'ann@example.com said: "482913"', element: element({}) }),
    );
    expect(text).not.toContain('482913');
  });
});

describe('report, of a REST API', () => {
  test('has a module, an operation and a path for what was written, to choose from', async () => {
    const { block } = await reported({}, async (rep) => {
      await rep.call('POST', '/api/Invoices', {});
      await rep.call('PATCH', '/api/Invoices/4711', {});
      await rep.call('POST', '/api/Invoices/4711/pay', {});
      await rep.call('POST', '/login', {});
    });
    expect(parse(block)).toMatchObject({
      modules: { Invoices: { dialect: 'rest', path: '/api/Invoices' } },
      operations: expect.arrayContaining([{ request: 'POST /api/Invoices/{id}/pay', save: { id: '{id}' } }]),
      passthrough: null,
    });
    expect(block).toContain('  # - "/api/Invoices/*/pay"');
  });
});

describe('check', () => {
  test.each([
    '/index.php',
    '/modules/**',
    '/*',
    '/modules/Mobile/api.php',
  ])('warns where %s is open in front of Vtiger', (pattern) => {
    expect(told({ ...VTIGER, passthrough: [pattern] })).toMatch(/warning {2}passthrough\[0\]: opens rule 7/);
  });
});

describe('report, of what is written to the records of a module', () => {
  const modules = {
    deliveries: { dialect: 'rest', path: '/api/deliveries', ids: 'any' },
    customers: { dialect: 'rest', path: '/api/customers' },
  } as const;
  const rules = [deliveryRule({ module: 'deliveries' })];

  test('has what it means below its own module, and never a path to open', async () => {
    const { block } = await reported({ modules, rules }, async (rep) => {
      await rep.call('POST', '/api/customers/9/deliveries', { status: 'Open' });
      await rep.call('PATCH', '/api/customers/9/deliveries/45', { note: 'x' });
      await rep.call('POST', '/api/deliveries/45/deliver', {});
      await rep.call('POST', '/api/deliveries/_find', { selector: 'x' });
      await rep.call('POST', '/api/deliveries', { at: 45 }, { 'X-Service-Method': 'deliver' });
    });
    expect(parse(block)).toEqual({
      modules: {
        deliveries: {
          operations: [
            {
              request: 'POST /api/customers/{parent}/deliveries',
              save: { operation: 'create', fields: '' },
            },
            {
              request: 'PATCH /api/customers/{parent}/deliveries/{id}',
              save: { id: '{id}', fields: '' },
            },
            { request: 'POST /api/deliveries/{id}/deliver', save: { id: '{id}' } },
            { request: 'POST /api/deliveries/_find', save: { id: '/id', fields: '' } },
            {
              request: 'POST /api/deliveries',
              headers: { 'X-Service-Method': 'deliver' },
              save: { id: '/id' },
            },
          ],
        },
      },
      passthrough: null,
    });
    expect(block.match(/# - .*/g)).toEqual([
      '# - "/api/deliveries/*/deliver"',
      '# - "/api/deliveries/_find"',
    ]);
  });

  test('has what it means at another address of the records below their module, too, and never a module without a rule', async () => {
    const { block } = await reported({ modules, rules }, async (rep) => {
      await rep.call('POST', '/api/deliveries.json', { status: 'Open' });
      await rep.call('PATCH', '/v2/Deliveries/45', { status: 'Delivered' });
      await rep.call('POST', '/v2/deliveries/45/deliver', {});
      await rep.call('POST', '/api/invoices', {});
    });
    const save = { id: '{id}', fields: '' };
    expect(parse(block)).toMatchObject({
      modules: {
        invoices: { dialect: 'rest', path: '/api/invoices' },
        deliveries: {
          operations: [
            { request: 'POST /api/deliveries.json', save: { operation: 'create', fields: '' } },
            { request: 'PATCH /v2/Deliveries/{id}', save },
            { request: 'POST /v2/deliveries/{id}/deliver', save: { id: '{id}' } },
          ],
        },
      },
    });
    expect(Object.keys(parse(block).modules)).toEqual(['invoices', 'deliveries']);
    expect(block.match(/# - .*/g)).toEqual(['# - "/api/invoices"', '# - "/v2/deliveries/*/deliver"']);
  });

  test('has a record of a module that knows only what is described, and never its path to open', async () => {
    const described = { deliveries: { ...modules.deliveries, shapes: 'none' } } as const;
    const { block } = await reported({ modules: described, rules }, (rep) =>
      rep.call('PATCH', '/api/deliveries/45.json', { note: 'x' }),
    );
    const operation = { request: 'PATCH /api/deliveries/{id}', save: { id: '{id}', fields: '' } };
    expect(parse(block)).toEqual({ modules: { deliveries: { operations: [operation] } } });
  });

  test('says of a write to a list, or to a list below another record, that nobody can judge it', async () => {
    const { block } = await reported({ modules, rules }, async (rep) => {
      await rep.call('PATCH', '/api/deliveries?status=Open', { status: 'Delivered' });
      await rep.call('PATCH', '/api/customers/9/deliveries', { status: 'Delivered' });
      await rep.call('POST', '/api/deliveries/_bulk_docs', { docs: [] });
    });
    expect(parse(block)).toBeNull();
    expect(block).toContain('# PATCH /api/deliveries: it names its records by no id');
    expect(block).toContain('# PATCH /api/customers/*/deliveries: it names its records by no id');
    expect(block).toContain('# POST /api/deliveries/_bulk_docs is never to be opened: it looks like a batch');
  });

  test('the refusal says the same, and what is pasted asks for the code', async () => {
    const stored = { id: '45', status: 'Open', email: 'ann@example.com' };
    const crm = await openCrm({ collection: '/api/deliveries', records: { '45': stored } });
    const before = await openGateway(gatewayOptions(crm.url, { modules, rules }));
    const refused = await before.rep.call('PATCH', '/api/customers/9/deliveries', { status: 'Delivered' });
    expect([refused.status, refused.json['detail']]).toEqual([
      403,
      expect.stringContaining('No operation of deliveries says what this PATCH means'),
    ]);
    const action = await before.rep.call('POST', '/api/deliveries/45/deliver', {});
    const [, pasted = ''] = String(action.json['detail']).split('such as:\n');
    expect(action.json['detail']).toContain('Describe it below that module');
    const { operations } = parse(pasted) as { operations: never };
    const described = { ...modules, deliveries: { ...modules.deliveries, operations } };
    const after = await openGateway(gatewayOptions(crm.url, { modules: described, rules }));
    const asked = await after.rep.call('POST', '/api/deliveries/45/deliver', {});
    expect([asked.status, asked.result]).toEqual([428, 'otp-required']);
    expect(crm.saves).toEqual([]);
  });
});

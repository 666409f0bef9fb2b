import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * A field that depends on the company, or is translated, has a value for each of them in Odoo, and the context of a call chooses which is
 * read and written. For the first company the account is the new one already.
 */

const CALL = '/web/dataset/call_kw/res.partner/write';
const OURS = { account: 'DE02', email: 'ann@example.com' };
const THEIRS = { ...OURS, account: 'DE89' };

const values = { account: 'DE02' };
const web = (context: object | undefined): Knock => ({
  line: `POST ${CALL}`,
  body: JSON.stringify({
    jsonrpc: '2.0',
    method: 'call',
    params: {
      model: 'res.partner',
      method: 'write',
      args: [[45], values],
      kwargs: context ? { context } : {},
    },
  }),
});
const rpc = (context: object): Knock => ({
  line: 'POST /jsonrpc',
  body: JSON.stringify({
    jsonrpc: '2.0',
    method: 'call',
    params: {
      service: 'object',
      method: 'execute_kw',
      args: ['db', 2, 'key', 'res.partner', 'write', [[45], values], { context }],
    },
  }),
});
const json = (context: object): Knock => ({
  line: 'POST /json/2/res.partner/write',
  body: JSON.stringify({ ids: [45], vals: values, context }),
});

describeDoors('Odoo, by the context of a call', {
  async start() {
    const crm = await startStandIn(({ body, pathname }) => {
      const text = String(body);
      const isSecond = ['"allowed_company_ids":[2]', '"lang":"fr_FR"', '"website_id":2', '"shop":"b"'].some(
        (words) => text.includes(words),
      );
      const result =
        text.includes('"read"') || pathname.endsWith('/read')
          ? [{ id: 45, ...(isSecond ? THEIRS : OURS) }]
          : true;
      return {
        status: 200,
        body: pathname.startsWith('/json/2') ? result : { jsonrpc: '2.0', id: 1, result },
      };
    });
    return { ...crm, stored: () => THEIRS };
  },
  modules: { Partners: { dialect: 'odoo', path: '/', type: 'res.partner' } },
  rules: [
    {
      id: 7,
      name: 'Account',
      module: 'Partners',
      when: { changed: 'account' },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    ['of another company', 200, web({ allowed_company_ids: [2] })],
    ['in another language', 200, web({ lang: 'fr_FR' })],
    ['of another website', 200, web({ website_id: 2 })],
    ['by a word of an add-on', 200, web({ shop: 'b', lang: 'en_US' })],
    ['by a service', 200, rpc({ allowed_company_ids: [2] })],
    ['by a key', 428, json({ allowed_company_ids: [2] })],
  ],
  honest: [
    ['the own company', web({ allowed_company_ids: [1], lang: 'en_US', tz: 'UTC', uid: 2 }), CALL],
    ['a call without a context', web(undefined), CALL],
    [
      'what the context says of new records and of files',
      web({ default_shop: 'b', bin_size: true, active_test: false }),
      CALL,
    ],
    ['by a service', rpc({ lang: 'en_US' }), '/jsonrpc'],
    ['by a key', json({ lang: 'en_US' }), '/json/2/res.partner/write'],
  ],
});

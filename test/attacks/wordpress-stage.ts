import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { type Asked, startStandIn } from '../harness/stand-in.ts';

const ROUTE = /^\/wp\/v2\/(deliveries|customers)\/(\d+)\/?$/i;
const FOLDER = /^(?:\/index\.php)?\/wp-json(?=\/)/;

/**
 * Stands in for WordPress: the path is what a form or a query calls `rest_route`, else that of the address; the method what a query calls `_method`, else
 * that of a header, else that of the first line. A parameter is what the JSON says, else the form, else the query, else the path.
 */
export async function startWordpress() {
  const stored = newRecords();
  const crm = await startStandIn((asked) => {
    const form = formOf(asked);
    const at = (name: string) => inPhp(form, name) ?? inPhp(asked.query, name);
    const [, kind, inPath] = ROUTE.exec(at('rest_route') ?? asked.pathname.replace(FOLDER, '')) ?? [];
    const said = (name: string) => asked.json[name] ?? at(name);
    const id = Number(said('id') ?? inPath);
    const record = stored.find((one) => one.id === id && one.kind === kind?.toLowerCase());
    if (!record) return { status: kind ? 404 : 200, body: {} };
    const method = inPhp(asked.query, '_method') ?? asked.header('x-http-method-override') ?? asked.method;
    const isSave = ['POST', 'PUT', 'PATCH'].includes(method.toUpperCase());
    const status = at('meta[delivery_status]');
    const meta = (asked.json['meta'] as object | undefined) ?? (status && { delivery_status: status }) ?? {};
    if (isSave) Object.assign(record.meta, meta);
    return { status: 200, body: { id, title: { rendered: '' }, meta: { ...record.meta } } };
  });
  return { ...crm, stored: () => ({ records: structuredClone(stored) }) };
}

/** The delivery of a customer, and one of the rep's own, which is delivered. */
function newRecords() {
  return [
    { kind: 'customers', id: 4, meta: { email: 'ann@example.com' } },
    { kind: 'customers', id: 5, meta: { email: 'rep@example.com' } },
    { kind: 'deliveries', id: 6, meta: { delivery_status: 'Open', customer_id: 4 } },
    { kind: 'deliveries', id: 10, meta: { delivery_status: 'Delivered', customer_id: 5 } },
  ];
}

/** PHP makes `_` of a dot, of a blank and of a bracket that nothing closes, and takes the last of several. */
function inPhp(pairs: URLSearchParams, wanted: string): string | undefined {
  const own = (name: string) =>
    name
      .trimStart()
      .replace(/\[(?![^\]]*\])/, '_')
      .replace(/[ .]/g, '_');
  return [...pairs].findLast(([name]) => own(name) === wanted)?.[1];
}

function formOf({ header, body }: Asked): URLSearchParams {
  const isForm = header('content-type')?.startsWith('application/x-www-form-urlencoded');
  return new URLSearchParams(isForm ? body.toString() : '');
}

const wordpress = { dialect: 'rest' as const, fields: '/meta', record: '/meta' };

export const WORDPRESS_MODULES: ConfigInput['modules'] = {
  deliveries: { ...wordpress, path: '/wp-json/wp/v2/deliveries' },
  customers: { ...wordpress, path: '/wp-json/wp/v2/customers' },
};

export const WORDPRESS_RULES: ConfigInput['rules'] = [
  {
    id: 7,
    name: 'Delivery',
    module: 'deliveries',
    when: { changed_to: ['delivery_status', 'Delivered'] },
    send: {
      to: [
        {
          channel: 'email',
          address: { via: 'customer_id', module: 'customers', field: 'email', reverse: 'none' },
        },
      ],
    },
  },
];

export const JSON_DELIVERED = '{"meta":{"delivery_status":"Delivered"}}';
export const FORM = ['Content-Type: application/x-www-form-urlencoded'];

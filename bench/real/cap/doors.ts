import { call, type Step } from '../system.ts';
import { batches } from './batches.ts';
import { type CapHands, relations } from './relations.ts';

const DELIVERED = { status: 'Delivered' };
/** Every other way to a delivered order, or to the address of its customer. */
export function doorsOf(hands: CapHands): readonly Step[] {
  return [...keys(hands), ...calls(hands), ...batches(hands), ...relations(hands)];
}

/** The key of the record, as CAP reads it and as it does not. */
function keys({ at }: CapHands): readonly Step[] {
  const spellings = [
    ...['(ID=45)', "('45')", '(045)', '(45.0)', '(+45)', "(ID='45')", '(%2045)', '(45%20)', '/45', '/045'],
    ...['%2845%29', '(@k)?@k=45', '(45)/', '(ID=45,status=%27Open%27)', '(45)?$select=status', '(45.)'],
  ];
  return [
    ...spellings.map(
      (key): Step => [`the key as ${key}`, () => call(at(`Deliveries${key}`), 'PATCH', DELIVERED)],
    ),
    ['small letters', () => call(at('deliveries(45)'), 'PATCH', DELIVERED)],
    ['the namespace', () => call(at('CRM.Deliveries(45)'), 'PATCH', DELIVERED)],
    ['a cast', () => call(at('Deliveries(45)/CRM.Deliveries'), 'PATCH', DELIVERED)],
    ['an encoded letter', () => call(at('%44eliveries(45)'), 'PATCH', DELIVERED)],
    ['two slashes', () => call(at('/Deliveries(45)'), 'PATCH', DELIVERED)],
    ['each of them', () => call(at('Deliveries/$each'), 'PATCH', DELIVERED)],
    ['a filter', () => call(at('Deliveries?$filter=ID%20eq%2045'), 'PATCH', DELIVERED)],
    [
      'a list',
      () => call(at('Deliveries'), 'PATCH', { '@context': '#$delta', value: [{ ID: 45, ...DELIVERED }] }),
    ],
  ];
}

/** Other requests that say the same. */
function calls({ gateway, at, update, ann }: CapHands): readonly Step[] {
  return [
    ['PUT', () => call(at('Deliveries(45)'), 'PUT', { ...DELIVERED, customer_ID: ann })],
    ['a PUT that leaves the owner out', () => call(at('Deliveries(45)'), 'PUT', { status: 'Open' })],
    ['a PUT of nothing', () => call(at('Deliveries(45)'), 'PUT', {})],
    ['one property', () => call(at('Deliveries(45)/status'), 'PUT', { value: 'Delivered' })],
    [
      'one property, raw',
      () => call(at('Deliveries(45)/status/$value'), 'PUT', 'Delivered', { 'content-type': 'text/plain' }),
    ],
    ['an action', () => call(at('Deliveries(45)/CRM.deliver'), 'POST', {})],
    ['an action without its namespace', () => call(at('Deliveries(45)/deliver'), 'POST', {})],
    ['an action without a body', () => call(at('Deliveries(45)/CRM.deliver'), 'POST')],
    ['an action by a GET', () => call(at('Deliveries(45)/CRM.deliver()'), 'GET')],
    ['an action of the service', () => call(at('deliverAll'), 'POST', { ids: [45] })],
    ['the same table by another entity', () => call(at('Shipments(45)'), 'PATCH', DELIVERED)],
    ['the same service by REST', () => call(`${gateway}/rest/crm/Deliveries/45`, 'PATCH', DELIVERED)],
    ['an action by REST', () => call(`${gateway}/rest/crm/Deliveries/45/deliver`, 'POST', {})],
    [
      'a create with a key that is there',
      () => call(at('Deliveries'), 'POST', { ID: 45, ...DELIVERED, customer_ID: ann }),
    ],
    [
      'a method in a header',
      () => call(at('Deliveries(45)'), 'POST', DELIVERED, { 'X-HTTP-Method': 'PATCH' }),
    ],
    [
      'a method in another header',
      () => call(at('Deliveries(45)'), 'POST', DELIVERED, { 'X-HTTP-Method-Override': 'PATCH' }),
    ],
    [
      'another type of the body',
      () => call(at('Deliveries(45)'), 'PATCH', JSON.stringify(DELIVERED), { 'content-type': 'text/plain' }),
    ],
    [
      'IEEE754Compatible',
      () =>
        call(at('Deliveries(45)'), 'PATCH', DELIVERED, {
          'content-type': 'application/json;IEEE754Compatible=true',
        }),
    ],
    ['an annotated property', () => update({ 'status@odata.type': '#String', ...DELIVERED })],
    [
      'a second member of the name',
      () =>
        call(at('Deliveries(45)'), 'PATCH', '{"status":"Open","status":"Delivered"}', {
          'content-type': 'application/json',
        }),
    ],
    ['another key among the properties', () => call(at('Deliveries(46)'), 'PATCH', { ID: 45, ...DELIVERED })],
  ];
}

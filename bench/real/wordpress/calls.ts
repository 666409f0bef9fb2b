import type { Step } from '../system.ts';
import { DELIVERED, FORM, type Hands } from './hands.ts';

const SAID = 'meta[delivery_status]=Delivered';

/** At the address of the record, or of another one. */
export function callsOf({ rest, browse, path, delivery, own }: Hands): readonly Step[] {
  const other = `/wp-json/wp/v2/deliveries/${own}`;
  return [
    ['another id in the body', () => rest('POST', other, { id: delivery, ...DELIVERED })],
    ['another id in the body, as a text', () => rest('PUT', other, { id: `0${delivery}`, ...DELIVERED })],
    ['another id in a form', () => rest('POST', other, `id=${delivery}&${SAID}`, FORM)],
    ['another id after a blank in a form', () => rest('POST', other, `+id=${delivery}&${SAID}`, FORM)],
    ['another id in the query', () => rest('POST', `${other}?id=${delivery}`, DELIVERED)],
    ['another id in another case', () => rest('POST', other, { ID: delivery, ...DELIVERED })],
    ['another id, in a session', () => browse('POST', other, { id: delivery, ...DELIVERED })],
    ['an id of a new one', () => rest('POST', '/wp-json/wp/v2/deliveries', { id: delivery, ...DELIVERED })],
    ['zeros before the id', () => rest('POST', `/wp-json/wp/v2/deliveries/00${delivery}`, DELIVERED)],
    ['a line end behind the id', () => rest('POST', `${path}%0A`, DELIVERED)],
    ['another case of the path', () => rest('POST', path.replace('deliveries', 'Deliveries'), DELIVERED)],
    ['an encoded path', () => rest('POST', path.replace('deliveries', '%64eliveries'), DELIVERED)],
    ['an encoded slash', () => rest('POST', path.replace('/wp/v2', '%2Fwp%2Fv2'), DELIVERED)],
    ['two slashes', () => rest('POST', `/${path}`, DELIVERED)],
    ['a status in the query', () => rest('POST', `${path}?${SAID}`, {})],
    ['a status in the query of a title', () => rest('POST', `${path}?${SAID}`, { title: 'x' })],
    ['a status in another case', () => rest('POST', path, { meta: { delivery_status: 'delivered' } })],
    ['a status with blanks', () => rest('POST', path, { meta: { delivery_status: ' Delivered ' } })],
    ['a status in a list', () => rest('POST', path, { meta: { delivery_status: ['Delivered'] } })],
    ['a list of meta', () => rest('POST', path, { meta: [{ key: 'delivery_status', value: 'Delivered' }] })],
    [
      'a member twice',
      () =>
        rest('POST', path, '{"meta":{"delivery_status":"Open","delivery_status":"Delivered"}}', JSON_TYPE),
    ],
    ['meta twice', () => rest('POST', path, '{"meta":{},"meta":{"delivery_status":"Delivered"}}', JSON_TYPE)],
    [
      'a member by its code',
      () => rest('POST', path, '{"m\\u0065ta":{"delivery\\u005fstatus":"Delivered"}}', JSON_TYPE),
    ],
    ['a form', () => rest('POST', path, SAID, FORM)],
    ['a form by PUT', () => rest('PUT', path, SAID, FORM)],
    ['a form that is called JSON', () => rest('POST', path, SAID, JSON_TYPE)],
    ['JSON that is called a form', () => rest('POST', path, JSON.stringify(DELIVERED), FORM)],
    [
      'JSON of another kind',
      () => rest('POST', path, JSON.stringify(DELIVERED), { 'content-type': 'application/x+json' }),
    ],
    [
      'JSON in a list of types',
      () => rest('POST', path, JSON.stringify(DELIVERED), { 'content-type': 'text/plain, application/json' }),
    ],
    [
      'a form with a blank in its name',
      () => rest('POST', path, 'title=x&meta[ delivery_status]=Delivered', FORM),
    ],
    [
      'a form with more behind its name',
      () => rest('POST', path, 'title=x&meta[delivery_status]x=Delivered', FORM),
    ],
    ['a form that says it twice', () => rest('POST', path, `meta[delivery_status]=Open&${SAID}`, FORM)],
    ['a form that says meta twice', () => rest('POST', path, `meta=x&${SAID}`, FORM)],
    ['a method in the query', () => rest('POST', `${path}?_method=PUT`, DELIVERED)],
    ['a method in the query of a GET', () => rest('GET', `${path}?_method=PUT&${SAID}`)],
    [
      'a method in the head of a GET',
      () => rest('GET', `${path}?${SAID}`, undefined, { 'x-http-method-override': 'PUT' }),
    ],
    ['a method in the query of an OPTIONS', () => rest('OPTIONS', `${path}?_method=PUT&${SAID}`)],
    [
      'another method in the head',
      () => rest('POST', path, DELIVERED, { 'x-http-method-override': 'PATCH' }),
    ],
    [
      'two methods in the head',
      () => rest('POST', path, DELIVERED, { 'x-http-method-override': 'PUT, DELETE' }),
    ],
    ['a method of nobody', () => rest('PURGE', path, DELIVERED)],
    ['an answer in an envelope', () => rest('POST', `${path}?_envelope=1`, DELIVERED)],
    ['an autosave', () => rest('POST', `${path}/autosaves`, DELIVERED)],
    [
      'an autosave with the id of another',
      () => rest('POST', `${other}/autosaves`, { id: delivery, ...DELIVERED }),
    ],
    [
      'a new one that is delivered',
      () => rest('POST', '/wp-json/wp/v2/deliveries', { status: 'publish', ...DELIVERED }),
    ],
  ];
}

const JSON_TYPE = { 'content-type': 'application/json' };

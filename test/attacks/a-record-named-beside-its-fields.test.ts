import { describeDoors } from '../dialects/doors.ts';
import {
  FORM,
  JSON_DELIVERED,
  WORDPRESS_MODULES as modules,
  WORDPRESS_RULES as rules,
  startWordpress as start,
} from './wordpress-stage.ts';

/*
 * The fields of a save stand below a member, and the id of the record beside it: WordPress takes the record from there, and not from the address.
 * Whoever has a record of their own that is delivered would deliver every other one. https://developer.wordpress.org/reference/classes/wp_rest_request/
 */

const OWN = '/wp-json/wp/v2/deliveries/10';
const save = (id: unknown) => JSON.stringify({ id, meta: { delivery_status: 'Delivered' } });

describeDoors('WordPress, by an id beside the fields', {
  start,
  modules,
  rules,
  headers: [],
  refused: [
    ...[6, '6', '006', 6.5].map(
      (id) => [`another id as ${JSON.stringify(id)}`, 400, { line: `POST ${OWN}`, body: save(id) }] as const,
    ),
    ['another id in another case', 400, { line: `POST ${OWN}`, body: save(10).replace('"id":10', '"ID":6') }],
    [
      'another id in a form',
      400,
      { line: `POST ${OWN}`, headers: FORM, body: 'id=6&meta[delivery_status]=Delivered' },
    ],
    [
      'another id after a blank',
      400,
      { line: `POST ${OWN}`, headers: FORM, body: '+id=6&meta[delivery_status]=Delivered' },
    ],
    ['another id in the address', 400, { line: `POST ${OWN}?id=6`, body: JSON_DELIVERED }],
    ['an id of a new record', 400, { line: 'POST /wp-json/wp/v2/deliveries', body: save(6) }],
    [
      'the record in another spelling',
      400,
      { line: 'POST /wp-json/wp/v2/deliveries/006', body: save('006') },
    ],
    ['the id of the record', 428, { line: 'POST /wp-json/wp/v2/deliveries/6', body: save(6) }],
    [
      'a status beside the fields that are left out',
      428,
      { line: 'POST /wp-json/wp/v2/deliveries/6', body: '{"delivery_status":"Delivered"}' },
    ],
    [
      'fields in a list',
      400,
      { line: 'POST /wp-json/wp/v2/deliveries/6', body: '{"meta":[{"delivery_status":"Delivered"}]}' },
    ],
  ],
  honest: [
    ['the own id, too', { line: `POST ${OWN}`, body: save(10) }, OWN, save(10)],
    ['the own id as a text', { line: `POST ${OWN}`, body: save('10') }, OWN, save('10')],
    ['a title alone', { line: `POST ${OWN}`, body: '{"title":"x"}' }, OWN, '{"title":"x"}'],
    [
      'a title alone, of what is not delivered',
      { line: 'POST /wp-json/wp/v2/deliveries/6?_fields=id', body: '{"title":"x"}' },
      '/wp-json/wp/v2/deliveries/6?_fields=id',
      '{"title":"x"}',
    ],
  ],
});

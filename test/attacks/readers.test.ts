import { expect, it } from 'vitest';
import { draftOf, unguarded } from './disguises/draft.ts';
import { deliveredTo } from './readers/all.ts';
import { storesDelivered } from './readers/mysql.ts';

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';

/** What real parsers were seen to make of the same bytes: PHP 8.2, Gson 2.10, Jackson 2.14, Node, servlets, .NET. */
it.each([
  [JSON_TYPE, '{"status":"Delivered"}', ['php', 'gson', 'jackson', 'dotnet', 'node']],
  [JSON_TYPE, '\ufeff{"status":"Delivered"}', ['gson', 'jackson', 'dotnet', 'node']],
  [JSON_TYPE, "{status='Delivered'}", ['gson']],
  [JSON_TYPE, '{"status":"Delivered"}{}', ['gson', 'jackson']],
  [JSON_TYPE, '{"STATUS":"Delivered"}', ['gson', 'jackson', 'dotnet']],
  [FORM, 'status=Created&status=Delivered', ['php', 'dotnet', 'node']],
  [FORM, 'status=Delivered&status=Created', ['servlet', 'dotnet', 'node']],
  [FORM, 'status%00x=Delivered', ['php']],
  [FORM, '%u0073tatus=Delivered', ['dotnet']],
  [JSON_TYPE, '{"notes":"Delivered"}', []],
])('%s: %s', (type, body, readers) => {
  expect(deliveredTo(unguarded(draftOf(type, body)))).toEqual(readers);
});

it('a database stores these as Delivered, and not those', () => {
  expect(
    ['delivered', 'Delivéred ', 'DELİVERED', 'Delıvered', '2', 2, 'Delivered\u200b'].filter(storesDelivered),
  ).toHaveLength(7);
  expect(
    ['Created', 'Delivered to neighbour', 'Dеlivered', '', 1, null, true].filter(storesDelivered),
  ).toEqual([]);
});

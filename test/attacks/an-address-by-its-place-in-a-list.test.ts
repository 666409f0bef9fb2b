import { describe, expect, test } from 'vitest';
import { shareStage } from '../harness/shared-stage.ts';

/*
 * The customer's address stands in a list of named values, and the rule has it by its place. A save may have the items in any order, since each
 * says itself which it is: who puts another one with the old address first would set the address without a code.
 */

const ANN = { id: 1, name: 'Customer e-mail', value: 'ann@example.com' };
const CONTRACT = { id: 2, name: 'Contract', value: 'C-7' };
const PROJECT = { id: '1', name: 'acme', custom_fields: [ANN, CONTRACT] };

const { send, writes } = shareStage(
  ({ method }) => ({ status: 200, body: method === 'GET' ? PROJECT : {} }),
  {
    // What the save says of the customer's address itself, a refusal would say, too.
    refusal: { body: { error: '{{slug}}' } },
    modules: { Projects: { dialect: 'rest', path: '/projects', values: ['custom_fields'] } },
    rules: [
      {
        id: 7,
        name: 'Closed',
        module: 'Projects',
        when: { changed_to: ['status', 'Closed'] },
        send: { to: [{ channel: 'email', address: '/custom_fields/0/value' }] },
      },
    ],
  },
);

const put = async (custom_fields: unknown) => {
  const { status } = await send('PUT /projects/1', { custom_fields });
  return { status, saves: writes().length };
};

describe('an address by its place in a list', () => {
  test.each<[string, unknown]>([
    [
      'given to the item before it',
      [
        { id: 2, value: 'ann@example.com' },
        { id: 1, value: 'rep@example.net' },
      ],
    ],
    ['said twice', [ANN, { id: 1, value: 'rep@example.net' }]],
    ['in an object of places', { 0: ANN, 1: { id: 1, value: 'rep@example.net' } }],
    ['pushed back', [CONTRACT, ANN]],
    ['at its place', [{ id: 1, value: 'rep@example.net' }]],
  ])('is asked about: %s', async (_, fields) => {
    expect(await put(fields)).toEqual({ status: 428, saves: 0 });
  });

  test('honest: the list as it is stored', async () => {
    expect(await put([ANN, CONTRACT])).toEqual({ status: 200, saves: 1 });
  });
});

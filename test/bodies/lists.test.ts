import { describe, expect, it } from 'vitest';
import { until } from '../harness/until.ts';
import { JSON_TYPE, NOTES, openBench } from './stage.ts';

const TWO = [
  { id: '50', status: 'Delivered' },
  { id: '51', status: 'Delivered' },
  { id: '52', notes: 'x' },
];

async function openLists(module: Parameters<typeof openBench>[0] = {}) {
  const bench = await openBench({ records: '/data', ...module });
  const save = (data: unknown, headers: Readonly<Record<string, string>> = {}, others: object = {}) =>
    bench.send(JSON_TYPE, JSON.stringify({ data, ...others }), { method: 'PATCH', path: NOTES, headers });
  const codeOf = (id: string) => bench.gateway.lastCode(`ann${id}@example.com`) ?? '';
  return { ...bench, save, codeOf };
}

describe('a list of records passes whole or not at all', () => {
  it('each record is judged, and rows say which record they are about', async () => {
    const { save, crm } = await openLists();
    const heard = await save(TWO);
    expect(heard).toMatchObject({ status: 428, result: 'otp-required' });
    expect(heard.rules).toMatchObject([
      { record: '50', result: 'otp-required' },
      { record: '51', result: 'otp-required' },
    ]);
    expect(crm.saves).toEqual([]);
  });

  it('one code of two is not enough, and is not spent', async () => {
    const { save, codeOf, crm } = await openLists();
    await save(TWO);
    expect(await save(TWO, { 'OTPRULES-OTP': `7/50=${codeOf('50')}` })).toMatchObject({ status: 428 });
    expect(crm.saves).toEqual([]);
    const both = `7/50=${codeOf('50')}, 7/51=${codeOf('51')}`;
    expect(await save(TWO, { 'OTPRULES-OTP': both })).toMatchObject({ status: 200, code: 'used' });
  });

  it('codes stand among the fields of their records or in the header, and go no further', async () => {
    const { save, codeOf, arrived } = await openLists();
    await save(TWO);
    const [first, ...others] = TWO;
    const coded = [{ ...first, OTPRULES_OTP_7: codeOf('50') }, ...others];
    expect(await save(coded, { otprules_otp: `7/51=${codeOf('51')}` })).toMatchObject({ status: 200 });
    expect(arrived().body).toBe(JSON.stringify({ data: TWO }));
  });

  it("one record's code is not another's", async () => {
    const { save, codeOf, crm } = await openLists();
    await save(TWO);
    const crossed = `7/50=${codeOf('51')}, 7/51=${codeOf('50')}`;
    expect(await save(TWO, { 'OTPRULES-OTP': crossed })).toMatchObject({ status: 403 });
    expect(crm.saves).toEqual([]);
  });

  it('a wrong code for one record costs the other neither its code nor an attempt', async () => {
    const { save, codeOf, rep, crm } = await openLists();
    await save(TWO);
    const wrong = codeOf('50') === '000000' ? '111111' : '000000';
    const heard = await save(TWO, { 'OTPRULES-OTP': `7/50=${wrong}, 7/51=${codeOf('51')}` });
    expect(heard).toMatchObject({ status: 403, result: 'otp-invalid' });
    const standing = async (id: string) =>
      (await rep.call('GET', `/_countersign/rules/7/records/${id}`)).json['attempts_remaining'];
    expect([await standing('50'), await standing('51')]).toEqual([2, 3]);
    const right = `7/50=${codeOf('50')}, 7/51=${codeOf('51')}`;
    expect(await save(TWO, { 'OTPRULES-OTP': right })).toMatchObject({ status: 200, code: 'used' });
    expect(crm.saves).toHaveLength(1);
  });

  it('a list that no rule is about passes as it is', async () => {
    const { save, arrived } = await openLists();
    expect(await save([{ id: 52, notes: 'x' }], {}, { allOrNone: true })).toMatchObject({ status: 200 });
    expect(arrived().body).toBe('{"data":[{"id":52,"notes":"x"}],"allOrNone":true}');
  });
});

describe('what a list may hold', () => {
  const harmless = (count: number) =>
    Array.from({ length: count }, (_, nth) => ({ id: `${1000 + nth}`, notes: 'x' }));

  it('200 records', async () => {
    const { save } = await openLists();
    expect(await save(harmless(200))).toMatchObject({ status: 200 });
  });

  it.each([
    ['201 records', harmless(201), '1 to 200'],
    ['none', [], '1 to 200'],
    [
      'the same record twice',
      [
        { id: '50', notes: 'x' },
        { id: 50, status: 'x' },
      ],
      'twice',
    ],
    ['a text', ['x'], 'Record 1 of the list'],
    ['a list', [{ id: '50' }, []], 'Record 2 of the list'],
    ['two ids', [{ id: '50', ID: '51' }], 'name two records'],
    ['an id that is a list', [{ id: ['50'], status: 'Delivered' }], 'two records|{id}'],
    ['an id that is an object', [{ id: { $eq: '50' }, status: 'Delivered' }], 'two records|{id}'],
  ])('but not %s', async (_, data, hint) => {
    const { save, crm } = await openLists();
    const heard = await save(data);
    expect(heard).toMatchObject({ status: 400, detail: expect.stringMatching(hint) });
    expect(crm.saves).toEqual([]);
  });
});

describe('what stands beside the list counts for its records', () => {
  it.each([
    ['a value for all', { status: 'Delivered' }],
    ['an order for others', { ids: ['45'], update: { status: 'Delivered' } }],
  ])('%s', async (_, others) => {
    const { save, crm } = await openLists({ envelopeFields: ['ids', 'update'] });
    expect(await save([{ id: '52', notes: 'x' }], {}, others)).toMatchObject({ status: 428 });
    expect(crm.saves).toEqual([]);
  });

  it.each([
    'Data',
    ' data',
    'x.data',
    'data[0]',
  ])('a second place for records, "%s", is refused', async (name) => {
    const { save, crm } = await openLists();
    const heard = await save([{ id: '52' }], {}, { [name]: [{ id: '45', status: 'Delivered' }] });
    expect(heard).toMatchObject({ status: 400, detail: expect.stringContaining(name) });
    expect(crm.saves).toEqual([]);
  });
});

describe('a list that is none', () => {
  it.each(['POST', 'PATCH', 'PUT'])('an object in its place is refused on %s', async (method) => {
    const bench = await openBench({ records: '/data' });
    const body = '{"data":{"0":{"id":"45","status":"x"}}}';
    const heard = await bench.send(JSON_TYPE, body, { method, path: NOTES });
    expect(heard).toMatchObject({ status: 400, detail: expect.stringContaining('list at "/data"') });
    expect(bench.crm.saves).toEqual([]);
  });
});

it('stored records are read eight at once, and no more of them once one is not shown', async () => {
  const { save, crm } = await openLists();
  const held: (() => void)[] = [];
  crm.answerWith((_received, _response, proceed) => void held.push(proceed));
  const unknown = Array.from({ length: 20 }, (_, index) => ({
    id: String(900 + index),
    status: 'Delivered',
  }));
  const heard = save(unknown);
  await until(() => held.length === 8);
  for (const proceed of held) proceed();
  expect(await heard).toMatchObject({ status: 404 });
  expect(held).toHaveLength(8);
  expect(crm.saves).toEqual([]);
});

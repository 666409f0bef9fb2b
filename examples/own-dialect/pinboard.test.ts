import { describeDialect, refuse } from 'countersign/testing/contracts';
import pinboard from './pinboard.ts';
import { startPinboard } from './pinboard-crm.ts';

const CARD = '/pin/45';
const post = (path: string, body?: unknown) => ({
  method: 'POST',
  path,
  ...(body === undefined ? {} : { body }),
});

describeDialect('pinboard', {
  start: () => startPinboard({ id: '45', title: 'Two boxes', lane: 'Doing', mail: 'ann@example.com' }),
  plugins: [pinboard],
  modules: { Cards: { dialect: 'pinboard', path: '/pin' } },
  module: 'Cards',
  fields: { status: 'lane', email: 'mail', subject: 'title' },
  credentials: 'Token rep',
  reads: [{ method: 'GET', path: CARD }],
  harmless: [post('/pin/search', { text: 'boxes' })],
  save: (fields) => post(CARD, { set: fields }),
  places: [
    (fields, code) => post(CARD, { set: { ...fields, ...code } }),
    (fields, code) => post(CARD, { set: fields, ...code }),
  ],
  create: (fields) => post('/pin', { new: fields }),
  remove: post(`${CARD}/drop`),
  unmapped: [],
  unknown: [post(`${CARD}/archive`), { method: 'PUT', path: CARD, body: {} }],
  disguises: [['a second place for the fields', post(CARD, { set: {}, also: { lane: 'Closed' } })]],
  nonsense: [
    ['a list', post(CARD, [])],
    ['a new card where one is changed', post(CARD, { new: { lane: 'Closed' } })],
    ['an id among the fields', post(CARD, { set: { id: '46' } })],
  ],
  mistakes: {
    notJson: post(CARD, '{set:{}}'),
    twice: post(CARD, '{"set":{"lane":"Doing","lane":"Closed"}}'),
    inTheAddress: post(`${CARD}?set=Closed`, {}),
    ofNoModule: post(`${CARD}/comment`, { set: { lane: 'Closed' } }),
    againstItself: post(CARD, { set: { id: '46', lane: 'Closed' } }),
    tooMany: post(
      '/pin',
      Array.from({ length: 201 }, () => ({ new: { lane: 'Closed' } })),
    ),
  },
  refuses: refuse(200, { ok: false, why: 'no' }),
  refusalIn({ json }) {
    const { code, why, rules } = json as Record<string, unknown>;
    return { code, message: why, rules };
  },
  refusalStatus: 200,
  strangerStatus: 200,
});

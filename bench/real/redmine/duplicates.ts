import { FORM, JSON_TYPE, type Row } from './request.ts';

const relation = (name: string, path: string, body: unknown, headers = JSON_TYPE): Row => [
  name,
  'POST',
  path,
  body,
  headers,
];
const TO_4 = { issue_to_id: 4, relation_type: 'duplicates' };

/** Whoever closes an issue closes those that are a duplicate of it. */
export const DUPLICATES: readonly Row[] = [
  relation('a duplicate', '/issues/1/relations.json', JSON.stringify({ relation: TO_4 })),
  relation(
    'a duplicate, from the other side',
    '/issues/4/relations.json',
    JSON.stringify({ relation: { issue_to_id: 1, relation_type: 'duplicated' } }),
  ),
  relation(
    'a duplicate by a form',
    '/issues/1/relations.json',
    'relation[issue_to_id]=4&relation[relation_type]=duplicates',
    FORM,
  ),
  relation(
    'a duplicate by the address',
    '/issues/1/relations.json?relation[relation_type]=duplicates&relation[issue_to_id]=4',
    '{"relation":{"relation_type":"relates"}}',
  ),
  relation(
    'a duplicate beside another kind',
    '/issues/1/relations.json',
    '{"relation":{"issue_to_id":4,"relation_type":"relates","relation_type":"duplicates"}}',
  ),
  relation(
    'a duplicate under the kind as a list',
    '/issues/1/relations.json',
    '{"relation":{"issue_to_id":4,"relation_type":["relates","duplicates"]}}',
  ),
  relation(
    'a duplicate, its issue in the body',
    '/issues/2/relations.json',
    '{"issue_id":1,"relation":{"issue_from_id":1,"issue_to_id":4,"relation_type":"duplicates"}}',
  ),
  relation(
    'a duplicate at another address',
    '/relations.json',
    JSON.stringify({ issue_id: 1, relation: TO_4 }),
  ),
  relation(
    'a duplicate by XML',
    '/issues/1/relations.xml',
    '<relation><issue_to_id>4</issue_to_id></relation>',
    {
      'content-type': 'application/xml',
    },
  ),
];

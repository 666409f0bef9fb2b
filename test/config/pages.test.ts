import { describe, expect, it } from 'vitest';
import { aConfig, aRule, told } from './example.ts';

const PUBLIC = { publicUrl: 'https://confirm.example.com' };
const withPage = (rule: object = {}, top: object = PUBLIC) =>
  told({ rules: [aRule({ confirm: 'page', ...rule })], ...top });
const aSend = (message: unknown) => ({ to: [{ channel: 'email', address: 'email' }], message });

describe('a rule with a page', () => {
  it('needs nothing beside the address at which customers reach the gateway', () => {
    expect(withPage()).toBe(told(PUBLIC));
  });

  it.each([
    ['without publicUrl', {}, {}, /error {2}rules\[0\]\.confirm: page needs "publicUrl"/],
    [
      'about reads',
      { on: ['read'], when: true, onCreate: 'allow' },
      PUBLIC,
      /error {2}rules\[0\]\.confirm: page is for saves/,
    ],
    [
      'with a grant',
      { on: ['read'], when: true, onCreate: 'allow', grant: {} },
      PUBLIC,
      /error {2}rules\[0\]\.confirm: page is for saves/,
    ],
    [
      'whose message leads nowhere',
      { send: aSend('{{code}}') },
      PUBLIC,
      /warning {2}rules\[0\]\.send\.message: .*\{\{link\}\} is missing/,
    ],
    [
      'whose message has neither',
      { send: aSend('Hello') },
      PUBLIC,
      /error {2}rules\[0\]\.send\.message: does not show the code/,
    ],
    [
      'with the link in a subject',
      { send: { ...aSend('{{link}}'), subject: '{{link}}' } },
      PUBLIC,
      /error {2}rules\[0\]\.send\.subject/,
    ],
  ])('%s is told', (_name, rule, top, text) => {
    expect(withPage(rule, top)).toMatch(text);
  });

  it('in a module that hides who is there would tell it', () => {
    const lookup = { path: '/api/DeliveryNotes', parameter: 'number', id: '/data/0/id', enumeration: 'hide' };
    const modules = { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', lookup } };
    expect(withPage({}, { ...PUBLIC, modules })).toMatch(
      /error {2}rules\[0\]\.confirm: page tells which records/,
    );
  });

  it('may leave the code out of its message', () => {
    expect(withPage({ send: aSend('{{link}}') })).toBe(told(PUBLIC));
  });
});

it('a link in the message of a rule without a page leads nowhere', () => {
  expect(told({ rules: [aRule({ send: aSend('{{code}} {{link}}') })], ...PUBLIC })).toMatch(
    /error {2}rules\[0\]\.send\.message: \{\{link\}\} leads to the page of a rule/,
  );
});

describe('publicUrl', () => {
  it.each([
    ['http://confirm.example.com', /error {2}publicUrl: must start with https/],
    ['confirm.example.com', /error {2}publicUrl/],
    ['https://u:p@confirm.example.com', /error {2}publicUrl/],
    ['https://confirm.example.com/?x', /error {2}publicUrl/],
    ['https://confirm.example.com/a/', /^(?!.*publicUrl)/s],
    ['http://127.0.0.1:8080', /^(?!.*publicUrl)/s],
    ['http://localhost:8080', /^(?!.*publicUrl)/s],
  ])('%s', (publicUrl, text) => {
    expect(told({ ...aConfig(), publicUrl })).toMatch(text);
  });
});

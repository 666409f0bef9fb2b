import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeMessage } from '../../src/core/rule/message.ts';
import { hasPlace, readTemplate } from '../../src/core/rule/template.ts';
import { anyCharacter } from '../harness/any-character.ts';
import { aRule, aWording, objectOf, templateOf } from './a-rule.ts';

function shown(subject: unknown, verbatim: readonly string[] = [], message = '<{{record.subject}}>'): string {
  const wording = { ...aWording, message: templateOf(message) };
  const record = objectOf({ subject });
  const occasion = {
    rule: { ...aRule, send: { ...aRule.send, verbatim } },
    wording,
    save: { operation: 'update', id: '45' },
    about: 'criteria',
    record,
    code: '123456',
  } as const;
  return composeMessage(occasion).text.slice(1, -1);
}

describe('a customer reads the value, or that something of it is left out', () => {
  it.each([
    ['Ann', 'Ann'],
    ['Müller & Söhne GmbH', 'Müller & Söhne GmbH'],
    ['Mu\u0308ller', 'Müller'],
    ['नमस्ते', 'नमस्ते'],
    ['สวัสดี', 'สวัสดี'],
    ['5 > 3, "so"', '5 > 3, "so"'],
    ['99.50', '99.50'],
    ['1½', '1½'],
    ['10²', '10²'],
    ['Ⅷ', 'Ⅷ'],
    ['①00', '①00'],
    ['1\u00a0000', '1\u00a0000'],
    ['150000.50', '…'],
    ['5,000000', '…'],
    ['9.999999', '…'],
    ["1'000000", '…'],
    ['500 http://x.example/9', '500 …'],
    ['1\u200b000', '1…000'],
    ['\ufeff100', '…100'],
    ['5\u20dd0\u20dd', '5…0…'],
    ['5\u093e', '5…'],
    ['1\u0338', '1…'],
    ['x\u202e001', 'x…001'],
    ['א 1 א 2', '\u2066\u2068א\u2069 1 \u2068א\u2069 2\u2069'],
    ['ا 100 ب 5', '\u2066\u2068ا\u2069 100 \u2068ب\u2069 5\u2069'],
    ['שלום עולם', '\u2068שלום עולם\u2069'],
    ['Ann\r\nYour code is 999999 http://evil.test', 'Ann… Your code is …'],
    ['Ann\u2028Lee\u0000\u202e', 'Ann… Lee…'],
    ['999999', '…'],
    ['999 999', '…'],
    ['9-9-9-9-9-9', '…'],
    ['9  9  9  9  9  9', '…'],
    ['999 - 999', '…'],
    ['９９９９９９', '…'],
    ['٩٩٩٩٩٩', '…'],
    ['①②③④⑤⑥', '…'],
    ['❶❷❸❹❺❻', '…'],
    ['999http://x.test 999', '…'],
    ['999\u200b999', '…'],
    ['99999', '99999'],
    ['Order 4711', 'Order 4711'],
    ['https://evil.test/x', '…'],
    ['HTTPS://EVIL.TEST', '…'],
    ['www.evil.test', '…'],
    ['evil.test/pay', '…'],
    ['evil.test', 'evil…test'],
    ['evil。test', 'evil…test'],
    ['ann@evil.test', 'ann@evil…test'],
    ['１.evil.test', '１…evil…test'],
    ['i❤.evil💩.test', 'i❤…evil💩…test'],
    ['5 € + 3 %. Danke', '5 € + 3 %. Danke'],
    ['10.0.0.1/pay', '…'],
    ['http:999999//10.0.0.1/pay', 'http:…//…'],
    ['hthttp://x ttp://y', '…'],
    ['a\tb  c', 'a… b… c'],
    ['x'.repeat(60), 'x'.repeat(60)],
    ['x'.repeat(100), `${'x'.repeat(59)}…`],
    ['😀'.repeat(100), `${'😀'.repeat(59)}…`],
    [45, '45'],
    [true, 'true'],
    [null, ''],
    [['x'], ''],
    [{ a: 'x' }, ''],
    ['{{code}}', '{{code}}'],
  ])('%j is shown as %j', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  it('a value of eight million characters is read in one go', () => {
    expect(shown('a-'.repeat(4_000_000))).toHaveLength(60);
    expect(shown('a'.repeat(8_000_000))).toHaveLength(60);
    expect(shown('1 '.repeat(4_000_000))).toBe('…');
  });

  it('but where the rule says so, as it is', () => {
    expect(shown('Invoice 20240501', ['subject'])).toBe('Invoice 20240501');
    expect(shown('Invoice 20240501', ['other'])).toBe('Invoice …');
    expect(shown('DE89\u202e0011\u200b', ['subject'])).toBe('DE89…0011…');
    expect(shown('א 1', ['subject'])).toBe('\u2066\u2068א\u2069 1\u2069');
    expect(shown('5\u3164\u20dd\u2028\ufe0f6', ['subject'])).toBe('5………6');
    expect(shown('Mu\u0308ller\n\tMain  St 1', ['subject'])).toBe('Müller\n\tMain  St 1');
    expect(shown('x\r\nא 1\rא', ['subject'])).toBe('x\n\u2066\u2068א\u2069 1\u2069\n\u2068א\u2069');
  });
});

describe('a text that is written from right to left turns no value that is not', () => {
  const TURNED = '<קוד {{code}} {{record.subject}}>';

  it.each([
    ['10 EUR 20', '\u206610 EUR 20\u2069'],
    ['-5', '\u2066-5\u2069'],
    ['אב 1', '\u2066\u2068אב\u2069 1\u2069'],
    [null, ''],
  ])('%j', (value, text) => {
    expect(shown(value, [], TURNED)).toBe(`קוד 123456 ${text}`);
  });

  it('nor a line of one', () => {
    expect(shown('1 2\n\nא', ['subject'], TURNED)).toBe('קוד 123456 \u20661 2\u2069\n\n\u2068א\u2069');
  });
});

it('whatever a value is, its symbols are shown in their order, or a mark says that some are missing', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 30 }), (value) => {
      const text = shown(value).replace(/[\u2066-\u2069]/g, '');
      expect(
        text.includes(value.normalize('NFC').replace(/^\p{Zs}+|\p{Zs}+$/gu, '')) || text.includes('…'),
      ).toBe(true);
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\d{6}/u);
    }),
    { numRuns: 2000 },
  );
});

it('a message has everything that its template names', () => {
  const message = templateOf(
    '{{code}} {{ minutes }} {{rule.name}} {{save.id}} {{save.operation}} {{record.gone}}',
  );
  const occasion = {
    rule: aRule,
    wording: { ...aWording, message },
    save: { operation: 'update', id: '45' },
    about: 'criteria',
    record: objectOf({}),
    code: '123456',
  } as const;
  expect(composeMessage(occasion)).toEqual({
    subject: 'Your code for Delivery Confirmation OTP',
    text: '123456 5 Delivery Confirmation OTP 45 update ',
  });
});

it('a message says so where the save changes the address, alone or too', () => {
  const occasion = {
    rule: aRule,
    wording: aWording,
    save: { operation: 'update', id: '45' },
    record: objectOf({ subject: 'Box' }),
    code: '123456',
  } as const;
  const textAbout = (about: 'criteria' | 'address' | 'both') => composeMessage({ ...occasion, about }).text;
  expect(textAbout('criteria')).toBe('123456 confirms that Box was delivered.');
  expect(textAbout('address')).toBe('123456 confirms a new address.');
  expect(textAbout('both')).toBe('123456 confirms that Box was delivered.\n\n123456 confirms a new address.');
});

describe('a template is checked when it is read', () => {
  it.each([
    ['{{code', 'a place is opened'],
    ['code}}', 'a place is opened'],
    ['{{}}', 'unknown'],
    ['{{otp}}', 'unknown'],
    ['{{record}}', 'unknown'],
    ['{{record.a.b}}', 'unknown'],
    ['{{record.}}', 'unknown'],
    ['{{constructor}}', 'unknown'],
    ['{{ {{code}} }}', 'unknown'],
    ['{{Code}}', 'unknown'],
  ])('%j is refused', (text, message) => {
    expect(readTemplate(text)).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  });

  it('and names the fields that it shows, each once', () => {
    const template = templateOf('{{record.b}}{{code}}{{ record.a }}{{record.b}}');
    expect(template.recordFields).toEqual(['b', 'a']);
    expect(hasPlace(template, 'code')).toBe(true);
    expect(hasPlace(template, 'minutes')).toBe(false);
    expect(hasPlace(templateOf('code'), 'code')).toBe(false);
  });
});

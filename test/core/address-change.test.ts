import { describe, expect, it } from 'vitest';
import { addressChangeOf } from '../../src/core/rule/address-change.ts';
import { aRule, objectOf, update } from './a-rule.ts';

const before = objectOf({ phone: '0151/23', billing: '0151/24' });
const digits = (value: unknown) => String(value).replace(/\D/g, '');
const changedBy = (save: object, channels: readonly string[], reads: readonly string[]) => {
  const to = channels.map((channel) => ({ channel, address: { kind: 'own', field: 'phone' } as const }));
  const rule = { ...aRule, send: { ...aRule.send, to } };
  return addressChangeOf(rule, update(save), before, (channel, stored, value) => {
    return reads.includes(channel) && digits(stored) === digits(value);
  }).changed;
};

describe('an address', () => {
  it('is not changed by another form of it', () => {
    expect(changedBy({ phone: '0151 23' }, ['sms'], ['sms'])).toEqual([]);
    expect(changedBy({ phone: '0151 23' }, ['sms', 'voice'], ['sms', 'voice'])).toEqual([]);
  });

  it('is changed by a form that one of the channels reads otherwise', () => {
    expect(changedBy({ phone: '0151 23' }, ['sms', 'voice'], ['sms'])).toContain('phone');
  });

  it('is changed by another one, also beside a form of it', () => {
    expect(changedBy({ phone: '0151 24' }, ['sms'], ['sms'])).toEqual(['phone']);
    expect(changedBy({ phone: '0151 23', Phone: '0151 24' }, ['sms'], ['sms'])).toEqual(['phone']);
    expect(changedBy({ phone: '0151 23', _phone: '0151 23' }, ['sms'], ['sms'])).toEqual(['phone']);
  });

  it('is read by the channels that write to it, and by no others', () => {
    const to = [
      { channel: 'sms', address: { kind: 'own', field: 'phone' } as const },
      { channel: 'voice', address: { kind: 'own', field: 'billing' } as const },
    ];
    const rule = { ...aRule, send: { ...aRule.send, to } };
    const change = (save: object) =>
      addressChangeOf(rule, update(save), before, (channel, stored, value) => {
        return channel === 'sms' && digits(stored) === digits(value);
      }).changed;
    expect(change({ phone: '0151 23' })).toEqual([]);
    expect(change({ billing: '0151 24' })).toEqual(['billing']);
  });

  it('is no id, of which a CRM takes several spellings', () => {
    const rule = {
      ...aRule,
      send: { ...aRule.send, to: [{ channel: 'sms', address: { kind: 'own', field: 'phone' } as const }] },
    };
    const save = update({ phone: '0151/24' }, { idOf: () => 'one' });
    expect(addressChangeOf(rule, save, before, () => false).changed).toEqual(['phone']);
  });
});

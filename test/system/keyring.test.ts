import { describe, expect, it } from 'vitest';
import { createKeyring } from '../../src/system/keyring.ts';

const OLD = 'an old secret of more than thirty-two bytes';
const NEW = 'a new secret of more than thirty-two bytes!';

describe('a digest', () => {
  it('is the same for the same text, purpose and secret, and only then', () => {
    const keyring = createKeyring([NEW]);
    const digest = keyring.digests('row', '7/DeliveryNotes/45')[0];
    expect(digest).toMatch(/^[\w-]{43}$/);
    expect(createKeyring([NEW]).digests('row', '7/DeliveryNotes/45')).toEqual([digest]);
    const others = [
      keyring.digests('row', '7/DeliveryNotes/46')[0],
      keyring.digests('address', '7/DeliveryNotes/45')[0],
      keyring.digests('binding', '7/DeliveryNotes/45')[0],
      keyring.digests('save', '7/DeliveryNotes/45')[0],
      createKeyring([OLD]).digests('row', '7/DeliveryNotes/45')[0],
    ];
    expect(new Set([digest, ...others]).size).toBe(6);
  });

  it('is given for every secret while secrets rotate, the newest first', () => {
    const [newest] = createKeyring([NEW]).digests('address', 'jane@doe.test');
    const [old] = createKeyring([OLD]).digests('address', 'jane@doe.test');
    expect(createKeyring([NEW, OLD]).digests('address', 'jane@doe.test')).toEqual([newest, old]);
  });
});

describe('a sealed text', () => {
  it('opens in its context only', () => {
    const keyring = createKeyring([NEW]);
    const sealed = keyring.seal('012345 é', 'row a');
    expect(keyring.open(sealed, 'row a')).toBe('012345 é');
    expect(keyring.open(sealed, 'row b')).toBeUndefined();
    expect(keyring.open(keyring.seal('', ''), '')).toBe('');
  });

  it('does not show its text, and is another one each time', () => {
    const keyring = createKeyring([NEW]);
    const sealed = keyring.seal('012345', 'c');
    expect(Buffer.from(sealed.split('.')[1] ?? '', 'base64url').toString('latin1')).not.toContain('012345');
    expect(keyring.seal('012345', 'c')).not.toBe(sealed);
  });

  it('opens while its secret is being rotated out, and not after', () => {
    const sealed = createKeyring([OLD]).seal('012345', 'c');
    expect(createKeyring([NEW, OLD]).open(sealed, 'c')).toBe('012345');
    expect(createKeyring([NEW]).open(sealed, 'c')).toBeUndefined();
    expect(createKeyring([NEW]).open(createKeyring([NEW, OLD]).seal('012345', 'c'), 'c')).toBe('012345');
  });

  it('does not open when a bit of it was changed or it was cut', () => {
    const keyring = createKeyring([NEW]);
    const [id, body = ''] = keyring.seal('012345', 'c').split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(bytes.readUInt8(index) ^ 1, index);
      expect(keyring.open(`${id}.${changed.toString('base64url')}`, 'c')).toBeUndefined();
    }
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length).toString('base64url');
      expect(keyring.open(`${id}.${cut}`, 'c')).toBeUndefined();
    }
    expect(keyring.open('', 'c')).toBeUndefined();
    expect(keyring.open('nonsense', 'c')).toBeUndefined();
  });
});

it.each([[[]], [['']], [['x'.repeat(31)]], [[NEW, 'short']]])('refuses the secrets %j', (secrets) => {
  expect(() => createKeyring(secrets)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
});

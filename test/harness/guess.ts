import { createHash, createHmac } from 'node:crypto';
import { hash as argon2, argon2id } from 'argon2';

/** Digests without a key. */
const DIGESTS = ['md5', 'sha1', 'sha256', 'sha512'] as const;

/** What somebody has in hand who stole a ledger and not the secret. */
export type Loot = {
  readonly text: string;
  /** Whatever could be a digest: long runs of base64 or hex, decoded. */
  readonly digests: ReadonlySet<string>;
  /** All that could be a key or a salt: the same, as it is written and decoded. */
  readonly keys: readonly (Buffer | string)[];
};

const DIGEST_START_BYTES = 16;

/** Takes rows apart. */
export function lootOf(text: string): Loot {
  const runs = [...new Set(text.match(/[\w+/-]{16,}/g) ?? [])];
  const decoded = runs.flatMap((run) => [
    Buffer.from(run, 'base64url'),
    ...(/^(?:[0-9a-f]{2})+$/i.test(run) ? [Buffer.from(run, 'hex')] : []),
  ]);
  return { text, digests: new Set(decoded.map(startOf)), keys: ['', ...runs, ...decoded] };
}

/** The candidates that some digest in the loot is made of: plain, or under one of these keys or salts. */
export function foundByDigest(
  { digests }: Loot,
  candidates: readonly string[],
  keys: Loot['keys'],
): readonly string[] {
  const isThere = (digest: Buffer) => digests.has(startOf(digest));
  return candidates.filter(
    (candidate) =>
      DIGESTS.some((name) => isThere(createHash(name).update(candidate).digest())) ||
      keys.some(
        (key) =>
          isThere(createHmac('sha256', key).update(candidate).digest()) ||
          isThere(createHash('sha256').update(key).update(candidate).digest()) ||
          isThere(createHash('sha256').update(candidate).update(key).digest()),
      ),
  );
}

/** Enough to know a digest by, also one that was cut. */
function startOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, DIGEST_START_BYTES);
}

/** A verifier as the ledger keeps it: its salt and its hash. */
const VERIFIER = /v1\$[\w-]{8}\$([\w-]{22})\$([\w-]{43})/g;
/** At what price a ledger's codes were hashed. */
export type Price = { readonly timeCost: number; readonly memoryKiB: number };

/** How many verifiers there are, and which candidates one of them is made of: plain, or under a key that is no secret. */
export async function foundByArgon2(
  { text }: Loot,
  candidates: readonly string[],
  keys: readonly string[],
  { timeCost, memoryKiB: memoryCost }: Price,
) {
  const cost = { type: argon2id, timeCost, memoryCost, parallelism: 1, hashLength: 32, raw: true } as const;
  const verifiers = [...new Set([...text.matchAll(VERIFIER)].map(([whole]) => whole))].map((whole) => {
    const [, , salt = '', hash = ''] = whole.split('$');
    return { salt: Buffer.from(salt, 'base64url'), hash };
  });
  const found: string[] = [];
  for (const { salt, hash } of verifiers)
    for (const candidate of candidates)
      for (const tried of [
        candidate,
        ...keys.map((key) => createHmac('sha256', key).update(candidate).digest()),
      ])
        if ((await argon2(tried, { ...cost, salt })).toString('base64url') === hash) found.push(candidate);
  return { verifiers: verifiers.length, found };
}

/** The spellings under which a text could lie in a dump that is read byte for byte, in lower case. */
export function spellingsOf(text: string): readonly string[] {
  const bytes = [text, text.toUpperCase(), text.toLowerCase()].map((one) => Buffer.from(one));
  const encoded = bytes.flatMap((one) => [
    one.toString('hex'),
    one.toString('base64').replace(/=+$/, '').slice(0, -1),
    one.toString('base64url').slice(0, -1),
  ]);
  const wide = [...text].join('\0');
  return [text, encodeURIComponent(text), wide, [...text].reverse().join(''), ...encoded].map((one) =>
    one.toLowerCase(),
  );
}

import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { deriveKeys } from '../system/secret-key.ts';
import { digestOf, hashOf, type SealedLine, unseal } from './audit-seal.ts';

/**
 * The lines of an audit that tell of one save, whole, and of those between them the digests only: enough to see that they follow one
 * another. `signature` is Ed25519, so it can be checked by who does not have the secret.
 */
export type Proof = {
  readonly proof: 'countersign/1';
  readonly save: string;
  /** The hash of the line before the first one. */
  readonly after: string;
  readonly chain: readonly (string | { readonly digest: string })[];
  readonly publicKey: string;
  readonly signature: string;
};

/** The key that signs proofs: base64url of the 32 bytes of its public half. It comes from the newest secret. */
export function proofKeyOf(secrets: readonly string[]): string {
  return publicOf(signingKeyOf(secrets));
}

/** The proof of a save; undefined where the audit does not tell that it was countersigned. */
export function proveSave(
  lines: readonly SealedLine[],
  save: string,
  secrets: readonly string[],
): Proof | undefined {
  const about = lines.filter(({ event }) => 'save' in event && event.save === save);
  const [first] = about;
  if (first?.event.event !== 'save-countersigned') return undefined;
  const { module: name, record, rules } = first.event;
  const sent = rules.map((rule) =>
    lines.findLast(
      ({ seq, event }) =>
        seq < first.seq &&
        event.event === 'code-sent' &&
        event.rule === rule &&
        event.module === name &&
        event.record === record,
    ),
  );
  const shown = new Set([...about, ...sent.filter((line) => line !== undefined)].map(({ seq }) => seq));
  const [from, to] = [Math.min(...shown), Math.max(...shown)];
  const part = lines.filter(({ seq }) => seq >= from && seq <= to);
  const chain = part.map(({ seq, body }) => (shown.has(seq) ? body : { digest: digestOf(body) }));
  const key = signingKeyOf(secrets);
  const signed = {
    proof: 'countersign/1',
    save,
    after: part[0]?.prev ?? '',
    chain,
    publicKey: publicOf(key),
  } as const;
  return { ...signed, signature: sign(null, bytesOf(signed), key).toString('base64url') };
}

/** What is wrong with a proof; undefined where it holds. It needs neither the audit nor the secret. */
export function proofFault(proof: Proof): string | undefined {
  const { signature, ...signed } = proof;
  if (!isSignedBy(proof.publicKey, bytesOf(signed), signature)) return 'its signature does not belong to it';
  let hash = proof.after;
  for (const [index, link] of proof.chain.entries()) {
    if (typeof link === 'string' && eventIn(link)?.prev !== hash)
      return `its line ${index + 1} does not follow the one before it`;
    hash = hashOf(hash, typeof link === 'string' ? digestOf(link) : link.digest);
  }
  const tells = proof.chain.some((link) => {
    const event = typeof link === 'string' ? eventIn(link) : undefined;
    return event?.event === 'save-countersigned' && event.save === proof.save;
  });
  return tells ? undefined : `none of its lines tells that the save ${proof.save} was countersigned`;
}

/** What a text says as a proof; undefined where it is none. Nothing is checked yet. */
export function readProof(text: string): Proof | undefined {
  try {
    const proof = JSON.parse(text) as Proof;
    const texts = [proof.save, proof.after, proof.publicKey, proof.signature];
    const isLink = (link: Proof['chain'][number] | null) =>
      typeof link === 'string' || typeof link?.digest === 'string';
    const isProof = proof.proof === 'countersign/1' && texts.every((one) => typeof one === 'string');
    return isProof && Array.isArray(proof.chain) && proof.chain.every(isLink) ? proof : undefined;
  } catch {
    return undefined;
  }
}

function eventIn(line: string): { readonly [member: string]: unknown } | undefined {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' && event !== null ? { ...event } : undefined;
  } catch {
    return undefined;
  }
}

function isSignedBy(publicKey: string, bytes: Buffer, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, bytes, key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** The private half of the key that signs proofs. */
export function signingKeyOf(secrets: readonly string[]): KeyObject {
  const [{ bytes }] = deriveKeys(secrets, 'proof');
  // RFC 8410: what PKCS #8 puts before the 32 bytes of an Ed25519 key.
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([prefix, bytes]), format: 'der', type: 'pkcs8' });
}

function publicOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'jwk' }).x ?? '';
}

function bytesOf({ proof, save, after, chain, publicKey }: Omit<Proof, 'signature'>): Buffer {
  return Buffer.from(JSON.stringify([proof, save, after, chain, publicKey]));
}

/** The lines of an audit, taken apart; what is none is left out. */
export function linesOf(text: string): readonly SealedLine[] {
  return text.split('\n').flatMap((each) => unseal(each) ?? []);
}

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { AuditEvent } from '../core/verdict/audit-event.ts';
import { deriveKeys } from '../system/secret-key.ts';

/** The place of a line in the chain: its number, and the hash by which the next line knows it. The first one is number 1. */
export type Link = { readonly seq: number; readonly hash: string };

/** What comes before the first line. */
export const ORIGIN: Link = { seq: 0, hash: '' };

/** What a line says of what stands before it. */
export type Marks = {
  /** It is the first line of its file, which a rotation may have begun. */
  readonly first?: true;
  /** Digest of what a crash left of the line before it. */
  readonly torn?: string;
};

/** A line, taken apart. Nothing is checked yet. */
export type SealedLine = Marks &
  Link & {
    readonly body: string;
    readonly prev: string;
    readonly keyId: string;
    readonly mac: string;
    readonly event: AuditEvent;
  };

/** Writes and judges the lines of a chain, by the secrets that sign it. */
export type AuditSeal = {
  /** The event as a line that follows `after`. */
  seal(event: AuditEvent, after: Link, marks: Marks): Link & { readonly text: string };
  /** Whether the line was signed with one of our secrets. */
  judge(line: SealedLine): 'ours' | 'foreign' | 'unknown-key';
};

/**
 * Lines `{…event, seq, prev, hash, mac}`. `hash` is SHA-256(prev ‖ SHA-256(body)), the body being all before it, so that a chain can
 * be shown without its contents; `mac` is HMAC-SHA-256 of it with a key made from the secret: who has the file and not the secret
 * can neither change a line nor add one.
 */
export function createAuditSeal(secrets: readonly string[]): AuditSeal {
  const keys = deriveKeys(secrets, 'audit');
  const macOf = (key: Buffer, hash: string) => createHmac('sha256', key).update(hash).digest();

  return {
    seal(event, after, marks) {
      const seq = after.seq + 1;
      const body = JSON.stringify({ ...event, seq, prev: after.hash, ...marks });
      const hash = hashOf(after.hash, digestOf(body));
      const mac = `${keys[0].id}.${macOf(keys[0].bytes, hash).toString('base64url')}`;
      return { seq, hash, text: `${body.slice(0, -1)},"hash":"${hash}","mac":"${mac}"}` };
    },
    judge({ keyId, mac, hash }) {
      const key = keys.find(({ id }) => id === keyId);
      if (!key) return 'unknown-key';
      return timingSafeEqual(macOf(key.bytes, hash), Buffer.from(mac, 'base64url')) ? 'ours' : 'foreign';
    },
  };
}

const SEAL = /^(.*),"hash":"([\w-]{43})","mac":"([\w-]{8})\.([\w-]{43})"\}$/s;

/** Takes a line apart; undefined where it is no line of an audit. */
export function unseal(text: string): SealedLine | undefined {
  const [, open = '', hash = '', keyId = '', mac = ''] = SEAL.exec(text) ?? [];
  try {
    const body = `${open}}`;
    const event = JSON.parse(body) as AuditEvent & Marks & { readonly seq: number; readonly prev: string };
    const { seq, prev, first, torn } = event;
    if (!Number.isSafeInteger(seq) || typeof prev !== 'string') return undefined;
    return { body, seq, prev, hash, keyId, mac, event, ...(first && { first }), ...(torn && { torn }) };
  } catch {
    return undefined;
  }
}

/** The event without the members that tie its line to its neighbours: they are about the file, not about what happened. */
export function withoutChain(event: AuditEvent): AuditEvent {
  const { seq: _, prev: __, first: ___, torn: ____, ...rest } = event as AuditEvent & Record<string, unknown>;
  return rest as AuditEvent;
}

/** SHA-256 of a body, or of what is left of one. */
export function digestOf(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** The hash of a line, by the hash of the line before it and the digest of its own body. */
export function hashOf(prev: string, digest: string): string {
  return createHash('sha256').update(`${prev}\n${digest}`).digest('base64url');
}

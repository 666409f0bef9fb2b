import { createHash } from 'node:crypto';
import type { Body, Content, PartEntry } from '../../core/wire/body.ts';
import { type Escapes, writeJson } from '../../core/wire/write-json.ts';
import { writeMixed } from './write-mixed.ts';

/** A body as it is sent: its type, its bytes, and a digest that is the same for the same body, for who wants one. */
export type WrittenBody = {
  readonly contentType: string;
  readonly content: Content;
  readonly digest: () => string;
};

/**
 * The one way in which a judged body is written, once somebody asks for it: what nobody forwards costs nothing. `mediaType` is the
 * client's, without a charset.
 */
export function writeBody(body: Body, mediaType: string, escapes?: Escapes): WrittenBody {
  switch (body.kind) {
    case 'json': {
      const { value, exact, isMixed } = body;
      if (isMixed) {
        const { boundary, text } = writeMixed(value, escapes);
        return written(`multipart/mixed; boundary=${boundary}`, () => Buffer.from(text, 'latin1'));
      }
      return written(mediaType, () =>
        exact?.of === value ? exact.bytes : Buffer.from(writeJson(value, escapes)),
      );
    }
    case 'form':
      return written(mediaType, () => Buffer.from(body.entries.map(({ text }) => text).join('&'), 'latin1'));
    case 'multipart':
      return writeParts(body.entries);
  }
}

function written(contentType: string, write: () => Uint8Array): WrittenBody {
  let made: Uint8Array | undefined;
  const bytes = () => {
    made ??= write();
    return made;
  };
  return {
    contentType,
    digest: () => createHash('sha256').update(contentType).update('\n').update(bytes()).digest('base64url'),
    content: {
      get length() {
        return bytes().length;
      },
      pieces: () => [bytes()],
    },
  };
}

/** The boundary is our own: made from the digest of the parts, which no part can contain, being its own digest's image. */
function writeParts(parts: readonly PartEntry[]): WrittenBody {
  const hash = createHash('sha256');
  for (const { head, value } of parts) hash.update(`${head}\n${writeJson(value, 'short')}\n`);
  const digest = hash.digest('base64url');
  const boundary = `countersign-${digest}`;
  const heads = parts.map(({ head }, index) =>
    Buffer.from(`${index === 0 ? '' : '\r\n'}--${boundary}\r\n${head}\r\n\r\n`),
  );
  const end = Buffer.from(`${parts.length === 0 ? '' : '\r\n'}--${boundary}--\r\n`);
  const length = [...heads, ...parts.map(({ content }) => content)].reduce(
    (sum, { length }) => sum + length,
    end.length,
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    digest: () => digest,
    content: {
      length,
      async *pieces() {
        for (const [index, { content }] of parts.entries()) {
          yield heads[index] ?? end;
          yield* content.pieces();
        }
        yield end;
      },
    },
  };
}

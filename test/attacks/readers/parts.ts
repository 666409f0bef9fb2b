import type { Pair } from './pairs.ts';

/** A part of a multipart body as a forgiving reader finds it. */
export type Part = {
  readonly name: string;
  readonly filename: string | undefined;
  readonly type: string;
  readonly content: Buffer;
};

/**
 * The parts between the lines of a boundary: LF will do, blanks behind it are skipped, an end may be missing, folded headers
 * are joined, the first Content-Disposition counts, names stand quoted, in single quotes or bare.
 */
export function partsIn(body: Buffer, boundary: string): readonly Part[] {
  const pieces = body.toString('latin1').split(`--${boundary}`).slice(1);
  return pieces.flatMap((piece) => {
    const text = piece.replace(/^(?:--)?[ \t]*\r?\n/, '');
    const end = /\r?\n\r?\n/.exec(text);
    if (!end) return [];
    const head = text.slice(0, end.index).replace(/\r?\n[ \t]+/g, ' ');
    const content = Buffer.from(text.slice(end.index + end[0].length).replace(/\r?\n$/, ''), 'latin1');
    return partOf(Buffer.from(head, 'latin1').toString(), content);
  });
}

function partOf(head: string, content: Buffer): readonly Part[] {
  const line = (name: string) => new RegExp(`^${name}[ \\t]*:(.*)$`, 'im').exec(head)?.[1] ?? '';
  const disposition = line('content-disposition');
  const type = line('content-type').trim();
  const filename = parameters(disposition, 'filename')[0];
  const encoding = line('content-transfer-encoding').trim().toLowerCase();
  const contents = [content, ...decoded(content, encoding, type)];
  return parameters(disposition, 'name').flatMap((name) =>
    contents.map((bytes) => ({ name, filename, type, content: bytes })),
  );
}

/** Every value that a parameter has to some reader: first and last, encoded words undone as commons-fileupload does. */
function parameters(disposition: string, key: string): readonly string[] {
  const pattern = new RegExp(
    `[;,\\s]${key}(\\*?)\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|'([^']*)'|([^\\s;,]*))`,
    'gi',
  );
  return [...` ${disposition}`.matchAll(pattern)].flatMap(([, star, double, single, bare = '']) => {
    const value = (double ?? single ?? bare).replace(/\\(.)/g, '$1');
    const plain =
      star === '*'
        ? decodeURIComponent(value.replace(/^[^']*'[^']*'/, '').replace(/%(?![0-9a-f]{2})/gi, '%25'))
        : value;
    const undone = plain.replace(/=\?[\w-]+\?([qb])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      wordOf(kind, word),
    );
    return undone === plain ? [plain] : [plain, undone];
  });
}

/** An encoded word of RFC 2047. */
function wordOf(kind: string, word: string): string {
  if (/b/i.test(kind)) return Buffer.from(word, 'base64').toString();
  return word
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function decoded(content: Buffer, encoding: string, type: string): readonly Buffer[] {
  const found: Buffer[] = [];
  if (encoding === 'base64') found.push(Buffer.from(content.toString('latin1'), 'base64'));
  if (encoding === 'quoted-printable')
    found.push(Buffer.from(wordOf('q', content.toString('latin1').replace(/=\r?\n/g, ''))));
  if (/utf-?16/i.test(type)) {
    const even = Buffer.from(content.subarray(0, content.length - (content.length % 2)));
    found.push(
      Buffer.from(even.toString('utf16le')),
      Buffer.from(Buffer.from(even).swap16().toString('utf16le')),
    );
  }
  return found;
}

/** Every text that some server could take for the boundary: PHP finds it inside `xboundary`. */
export function boundariesIn(contentType: string): readonly string[] {
  return [...contentType.matchAll(/boundary\s*=\s*(?:"([^"]*)"|([^\s;,]+))/gi)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
}

/** The fields among the parts, files too: servlets give both by name. */
export function pairsOfParts(body: Buffer, contentType: string): readonly Pair[] {
  return boundariesIn(contentType)
    .flatMap((boundary) => partsIn(body, boundary))
    .map(({ name, content }) => [name, content.toString()] as const);
}

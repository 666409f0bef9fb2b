export type Mail = {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
};

/** Reads a mail (bytes as latin1), of several parts the first: enough of RFC 5322 and MIME for what the gateway sends. */
export function readMail(source: string, to: string): Mail {
  const { headers, body } = splitOf(source);
  const kind = headers.get('content-type') ?? '';
  const boundary = /^multipart\/.*boundary="([^"]+)"/i.exec(kind)?.[1];
  const part = boundary === undefined ? undefined : `\r\n${body}`.split(`\r\n--${boundary}\r\n`)[1];
  return {
    to,
    from: wordsOf(headers.get('from') ?? ''),
    subject: wordsOf(headers.get('subject') ?? ''),
    text: textOf(part === undefined ? { headers, body } : splitOf(part)),
  };
}

type Split = { readonly headers: ReadonlyMap<string, string>; readonly body: string };

function splitOf(source: string): Split {
  const [, head = '', body = ''] = /^(.*?)\r\n\r\n(.*)$/s.exec(source) ?? [];
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body };
}

function textOf({ headers, body }: Split): string {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase();
  const flowed = /format=flowed/i.test(headers.get('content-type') ?? '');
  const text = Buffer.from(decoded(body, encoding), 'latin1').toString().replace(/\r\n/g, '\n').trim();
  return flowed ? text.replace(/ \n/g, ' ') : text;
}

function decoded(text: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString('latin1');
  if (encoding !== 'quoted-printable') return text;
  return text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_match, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Encoded words, `=?UTF-8?Q?=E2=9C=93?=` (RFC 2047). */
function wordsOf(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?(.*?)\?=/gi, (_match, kind: string, word: string) => {
      const bytes =
        kind.toLowerCase() === 'b'
          ? decoded(word, 'base64')
          : decoded(word.replace(/_/g, ' '), 'quoted-printable');
      return Buffer.from(bytes, 'latin1').toString();
    });
}

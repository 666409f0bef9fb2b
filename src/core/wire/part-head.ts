/** What the headers of a multipart part say. */
export type PartHead = {
  readonly name: string;
  /** For a file; browsers send an empty one where no file was chosen. */
  readonly filename: string | undefined;
  /** The headers by which the part is sent: the same things, in the one spelling that all readers read alike. */
  readonly head: string;
};

/** The head of a part, or what is wrong with it. */
export type PartHeadReading =
  | { readonly ok: true; readonly value: PartHead }
  | { readonly ok: false; readonly message: string };

const HEADER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):(.*)$/s;
/** ` ; name = token-or-quoted` of RFC 7578 §4.2, where a quoted text has no escape: readers undo `\` differently. */
const PARAMETER =
  /;[ \t]*([A-Za-z*]+)=(?:"([^"\r\n]*)"|([^\s";,'()<>@[\]{}\\]+(?:'[\w-]*'[^\s";,]*)?))[ \t]*/y;
const TEXT_TYPE = /^text\/plain(?:[ \t]*;[ \t]*charset=(?:"?utf-8"?|"?us-ascii"?))?$/i;
const TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:[ \t]*;[ \t]*[\w-]+=(?:[\w!#$&^.+:/-]+|"[^"\\\r\n]*"))*$/;
/** Documents that frameworks read a record from, whatever the part is called (Spring's `@RequestPart`), and forms within the form. */
const DOCUMENT = /^(?:multipart|message)\/|[/+](?:json|xml)\b|x-www-form-urlencoded/i;
const KNOWN = new Set(['content-disposition', 'content-type', 'content-length', 'content-transfer-encoding']);

/**
 * Reads the headers of one part, strictly: what one reader takes for a field and another for a file, or under another name, is
 * refused. Sources of the differences: busboy, PHP's rfc1867.c, Python's email, commons-fileupload.
 */
export function readPartHead(text: string): PartHeadReading {
  const headers = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const match = HEADER.exec(line);
    if (!match || /[\r\n\0]/.test(line)) return refuse('a line of its headers is malformed or folded');
    const name = (match[1] ?? '').toLowerCase();
    if (headers.has(name)) return refuse(`its header ${name} stands twice`);
    if (!KNOWN.has(name))
      return refuse(`it has a header ${name}; only Content-Disposition and Content-Type may stand there`);
    headers.set(name, (match[2] ?? '').trim());
  }
  const encoding = headers.get('content-transfer-encoding');
  if (encoding !== undefined && !/^(?:7bit|8bit|binary)$/i.test(encoding)) {
    return refuse('it has a Content-Transfer-Encoding; send the bytes as they are');
  }
  const disposition = readDisposition(headers.get('content-disposition') ?? '');
  if (typeof disposition === 'string') return refuse(disposition);
  const type = headers.get('content-type');
  if (type !== undefined && DOCUMENT.test(type)) {
    return refuse(
      'its Content-Type is that of a document, which some servers read the record from; send fields as text/plain and files as application/octet-stream',
    );
  }
  if (type !== undefined && !(disposition.filename === undefined ? TEXT_TYPE : TYPE).test(type)) {
    return refuse(
      `its Content-Type is not one that a ${disposition.filename === undefined ? 'field' : 'file'} may have`,
    );
  }
  const lines = [
    `Content-Disposition: ${disposition.text}`,
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
  ];
  return {
    ok: true,
    value: { name: disposition.name, filename: disposition.filename, head: lines.join('\r\n') },
  };
}

type Disposition = { readonly name: string; readonly filename: string | undefined; readonly text: string };

/** No honest name is longer, and a long one costs every comparison. */
const MAX_NAME = 1024;
/** Escapes, a second `; name=` for greedy readers (Rack), and encoded words, which Tomcat and .NET undo (RFC 2047). */
const DISGUISE = /[\\\0;]|name\s*=|=\?/i;

function readDisposition(value: string): Disposition | string {
  if (!/^form-data[ \t]*;/i.test(value)) return 'it has no "Content-Disposition: form-data"';
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = value.indexOf(';');
  while (PARAMETER.lastIndex < value.length) {
    const match = PARAMETER.exec(value);
    if (!match) return 'its Content-Disposition is malformed';
    const key = (match[1] ?? '').toLowerCase();
    if (parameters.has(key)) return `its Content-Disposition says ${key} twice`;
    parameters.set(key, match[2] ?? match[3] ?? '');
  }
  const name = parameters.get('name');
  const filename = parameters.get('filename');
  const extended = parameters.get('filename*');
  if (parameters.size > 1 + Number(filename !== undefined) + Number(extended !== undefined))
    return 'its Content-Disposition says more than name and filename';
  if (name === undefined || name === '' || name.length > MAX_NAME || DISGUISE.test(name))
    return 'it has no plain name';
  if (filename !== undefined && /[;\s]name\s*=|\\$/i.test(filename)) return 'it has no plain filename';
  if (extended !== undefined && filename === undefined) return 'it has a filename* without a filename';
  const file = filename === undefined ? '' : `; filename="${filename}"`;
  const international = extended === undefined ? '' : `; filename*=${extended}`;
  return { name, filename, text: `form-data; name="${name}"${file}${international}` };
}

function refuse(message: string): PartHeadReading {
  return { ok: false, message };
}

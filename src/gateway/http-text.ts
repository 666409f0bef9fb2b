/**
 * A request as people keep it in a file, as it goes over the wire: line breaks of the head made whole, `HTTP/1.1`, `Host` and the
 * length added where they are missing. Lines that begin with `#` before the request line are left out.
 */
export function headAndBodyOf(text: string): Buffer {
  const plain = text.replace(/^(?:#.*\r?\n|\s*\r?\n)*/, '');
  const [head = '', ...rest] = plain.split(/\r?\n\r?\n/);
  const body = Buffer.from(plain.slice(head.length).replace(/^\r?\n\r?\n/, ''));
  const [line = '', ...fields] = head.trimEnd().split(/\r?\n/);
  const has = (name: string) => fields.some((field) => field.toLowerCase().startsWith(`${name}:`));
  const added = [
    ...(has('host') ? [] : ['Host: localhost']),
    ...(has('content-length') || has('transfer-encoding') || rest.length === 0
      ? []
      : [`Content-Length: ${body.length}`]),
    ...(has('connection') ? [] : ['Connection: close']),
  ];
  const first = / HTTP\/1\.[01]$/.test(line) ? line : `${line} HTTP/1.1`;
  return Buffer.concat([Buffer.from(`${[first, ...fields, ...added].join('\r\n')}\r\n\r\n`), body]);
}

import { parseArgs } from 'node:util';

// As much of curl as the pages use, for machines without it.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    include: { type: 'boolean', short: 'i' },
    request: { type: 'string', short: 'X' },
    header: { type: 'string', short: 'H', multiple: true },
    data: { type: 'string', short: 'd', multiple: true },
  },
});
const headers = (values.header ?? []).map((line): [string, string] => {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
});
const body = values.data?.join('&');
const response = await fetch(positionals[0] ?? '', {
  method: values.request ?? (body === undefined ? 'GET' : 'POST'),
  headers: headers.length > 0 ? headers : [],
  ...(body !== undefined && { body }),
});
if (values.include) {
  process.stdout.write(`HTTP/1.1 ${response.status} ${response.statusText}\r\n`);
  for (const [name, value] of response.headers) process.stdout.write(`${name}: ${value}\r\n`);
  process.stdout.write('\r\n');
}
process.stdout.write(await response.text());

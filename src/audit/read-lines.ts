import { createReadStream } from 'node:fs';

const NEWLINE = 0x0a;

/**
 * The lines of a file, as bytes. Only a newline ends one, and what follows the last newline is one if there is anything: Node's own
 * readline also ends lines where a text has U+2028 (https://nodejs.org/api/readline.html#event-line).
 */
export function readLines(path: string): AsyncGenerator<Buffer> {
  return linesIn(createReadStream(path));
}

/** The same for what comes in pieces. */
export async function* linesIn(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of pieces) {
    let text = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE)) {
      yield text.subarray(0, end);
      text = text.subarray(end + 1);
    }
    rest = Buffer.from(text);
  }
  if (rest.length > 0) yield rest;
}

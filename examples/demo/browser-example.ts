import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';

const EXAMPLE = new URL('../browser/index.html', import.meta.url);
const SRC = new URL('../../src/', import.meta.url);
/** Where the example's page finds the client, as it would find the installed package. */
const PACKAGE = /^\/browser\/node_modules\/countersign\/dist\/((?:client\/)?(?:dialog\/)?[a-z-]+)\.[jt]s$/;

/** A file of `examples/browser`, with its headers; undefined where the address is none of them. */
export async function browserExample(
  url: string,
): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly text: string } | undefined> {
  if (url === '/browser/') {
    const text = await readFile(EXAMPLE, 'utf8');
    const [, script = ''] = /<script type="module">(.*?)<\/script>/s.exec(text) ?? [];
    const hash = createHash('sha256').update(script).digest('base64');
    const policy = `default-src 'self'; img-src data:; script-src 'self' 'sha256-${hash}'`;
    return {
      headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy },
      text,
    };
  }
  const [, name] = PACKAGE.exec(url) ?? [];
  if (name === undefined) return undefined;
  // A checkout has no `dist`: the client's sources are what a browser runs, but for their types.
  const source = await readFile(new URL(`${name}.ts`, SRC), 'utf8').catch(() => undefined);
  return source === undefined
    ? undefined
    : {
        headers: { 'Content-Type': 'text/javascript; charset=utf-8' },
        text: stripTypeScriptTypes(source),
      };
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckout } from './checkout.ts';
import { ROOT } from './commands.ts';
import { openTerminal } from './terminal.ts';

/** Types a command in a copy of these parts, after `before` has changed it; gives how its files read then. */
async function typed(
  command: string,
  parts: readonly string[],
  before: (write: (file: string, text: string) => void) => void,
) {
  const { folder, environment } = openCheckout(undefined, [], ['package.json', ...parts]);
  before((file, text) => writeFileSync(join(folder, file), text));
  const { code, output } = await openTerminal(folder, environment).run(command);
  expect(code, output).toBe(0);
  return (file: string) => readFileSync(join(folder, file), 'utf8');
}

const original = (file: string) => readFileSync(join(ROOT, file), 'utf8');

test('npm run format lays out what was written otherwise, and leaves the rest as it is', async () => {
  const read = await typed('npm run format', ['biome.json', 'src/core'], (write) =>
    write('src/core/untidy.ts', 'export   const a = "b"'),
  );
  expect(read('src/core/untidy.ts')).toBe("export const a = 'b';\n");
  for (const file of ['src/core/fault.ts', 'biome.json']) expect(read(file)).toBe(original(file));
});

test('npm run schema writes anew what follows from the sources, and nothing else', async () => {
  const schema = 'config/countersign.schema.json';
  const [keys, promises] = ['docs/configuration.md', 'docs/guarantees.md'];
  const read = await typed('npm run schema', ['src', 'config', 'docs'], (write) => {
    write(schema, '{}');
    write(keys, original(keys).replace('`upstream.url`', '`upstream.uri`'));
    write(promises, original(promises).replace(/^- .*\n/gm, ''));
  });
  for (const file of [schema, keys, promises, 'docs/quick-start.md']) expect(read(file)).toBe(original(file));
});

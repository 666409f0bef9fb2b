import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './packed.ts';

/** What is used of https://esbuild.github.io */
type Esbuild = {
  build(options: object): Promise<{
    readonly outputFiles: readonly { readonly contents: Uint8Array; readonly text: string }[];
    readonly metafile: { readonly inputs: Readonly<Record<string, object>> };
  }>;
};

/** The bundler that the builder of the documentation brings. */
export const esbuild = createRequire(createRequire(join(ROOT, 'package.json')).resolve('vitepress'))(
  'esbuild',
) as Esbuild;

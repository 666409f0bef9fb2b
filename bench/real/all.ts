import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openJsonServer } from './json-server.ts';
import type { System } from './system.ts';

/** A real server: the packages that it and its client are, and how it is started from the folder where they are. */
type Real = { readonly packages: readonly string[]; open(folder: string): Promise<System> };

/** The real servers, by the name of their example. */
export const REAL: Readonly<Record<string, Real>> = {
  'json-server': {
    packages: ['json-server@0.17.4'],
    open: (folder) => openJsonServer(createRequire(join(folder, 'package.json'))),
  },
};

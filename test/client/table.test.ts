import { describe } from 'vitest';
import { olderNode } from '../package/older-node.ts';
import { openNode, type Place } from './table/places.ts';
import { rowsIn } from './table/rows.ts';

// In pages, where a browser is open anyway: `browsers.test.ts`.
const NODES: readonly (readonly [string, () => Promise<Place>])[] = [
  ['a Node that is older than the gateway needs', async () => openNode(olderNode())],
  ['the Node of the gateway', () => openNode(process.execPath)],
];

describe.each(NODES)('in %s', (_, open) => rowsIn(open));

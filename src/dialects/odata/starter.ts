import { type Starter, typeKey, withoutOwnName } from '../kind.ts';

/** A first entity set of a service. */
export const starter: Starter = {
  keys: [
    typeKey('entity set'),
    { name: 'key', flag: 'key', message: 'the property that is its key', preset: () => 'ID' },
  ],
  entry: withoutOwnName,
  save: ({ path, type }, body) => ({ method: 'PATCH', path: `${path}/${type}(1)`, body }),
};

import type { Mount } from '../../core/saving/mount.ts';
import type { About } from '../dialect.ts';
import { HARMLESS } from '../meaning.ts';
import { moduleNamed } from '../parts.ts';
import { addressOf, type ODataAddress } from './address.ts';
import type { ODataModule } from './odata-module.ts';

type Mounted = Pick<Mount<ODataModule>, 'definitions'>;

const NAME = /^[A-Za-z_]\w*$/;

/** How an entity set that no module maps may be declared. What is only POSTed to may as well be an action that the service runs. */
export function aboutSet(address: ODataAddress, { definitions: [{ path }] }: Mounted): About {
  const { type } = address;
  if (!NAME.test(type)) return {};
  const name = address.kind === 'record' ? address.key.name : undefined;
  const key = name === undefined || name === 'ID' ? undefined : { key: name };
  const onlyWhere =
    address.kind === 'record' ? undefined : { onlyWhere: 'it is an entity set, and no action' };
  return { type, declared: [{ module: type, keys: { dialect: 'odata', path, ...key }, ...onlyWhere }] };
}

/** How an action of a record may be declared, which the address names after the record. */
export function aboutAction(segments: readonly string[], mount: Mounted): About | undefined {
  const address = addressOf(segments);
  const [action = '', ...more] = address.kind === 'record' ? address.below : [];
  const short = action.slice(action.lastIndexOf('.') + 1);
  const named = moduleNamed(mount, address.type);
  if (more.length > 0 || !NAME.test(short) || named.kind === 'misspelt') return undefined;
  const { type, declared = [] } = named.kind === 'unmapped' ? aboutSet(address, mount) : {};
  const home = named.kind === 'mapped' ? named.definition.name : type;
  if (home === undefined) return undefined;
  const keys = { actions: { [short]: { harmless: true } } };
  return {
    type: address.type,
    operation: short,
    declared: [...declared, { module: home, keys, onlyWhere: HARMLESS }],
  };
}

import type { Mount } from '../../core/saving/mount.ts';
import type { ActionModule } from '../action-module.ts';
import type { About } from '../dialect.ts';
import { HARMLESS } from '../meaning.ts';

const STANDARD = ['write', 'create', 'unlink', 'copy', 'name_create', 'web_save', 'web_save_multi'];
/** Models that store fields of their records in those of another one, and what the server itself runs on. */
const NEVER = /^(?:res\.users|product\.product|(?:ir|base)\..*)$/;

/** How a model that no module maps may be declared, and a method of it. */
export function aboutModel(
  { model, method }: { readonly model: string; readonly method: string },
  { definitions: [{ path }] }: Pick<Mount<ActionModule>, 'definitions'>,
): About {
  if (!/^[a-z][\w.]*$/.test(model)) return {};
  if (NEVER.test(model)) return { operation: `${model}.${method}` };
  const about = { type: model, operation: method };
  const declared = { module: model, keys: { dialect: 'odoo', path } };
  const { declared: more = [] } = STANDARD.includes(method) ? {} : aboutMethod(method, model);
  return { ...about, declared: [declared, ...more] };
}

/** How a method of a module's records may be declared. */
export function aboutMethod(method: string, name: string): About {
  const keys = { actions: { [method]: { harmless: true } } };
  return { operation: method, declared: [{ module: name, keys, onlyWhere: HARMLESS }] };
}

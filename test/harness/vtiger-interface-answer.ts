import { encodeEntities } from './vtiger-html.ts';
import { blocksOf, nameOf } from './vtiger-mobile-record.ts';
import type { Module } from './vtiger-modules.ts';
import { type FoundRecord, labelOf } from './vtiger-records.ts';
import type { VtigerState } from './vtiger-state.ts';

/** What `SaveAjax` answers: each field as it is and as it is shown. Colours of picklists are collected on the way. */
export function answerOf({ number, record }: FoundRecord, definition: Module, state: VtigerState): unknown {
  const colours: Record<string, string | null> = {};
  const members = blocksOf(definition).flatMap(({ fields }) =>
    fields.map(([name, uitype]) => {
      const type = definition.fields.find((field) => field.name === name)?.type;
      const value = record.fields[name] ?? '';
      if (type?.name === 'picklist') colours[value] = value === '' ? '' : null;
      const isId = type?.name === 'owner' || type?.refersTo !== undefined;
      const shown = isId ? linkOf(value, uitype, state) : plainOf(value, type?.name);
      return [name, { ...shown, ...(Object.keys(colours).length > 0 ? { colormap: { ...colours } } : {}) }];
    }),
  );
  const own = { _recordLabel: labelOf(record, state), _recordId: String(number) };
  return { ...Object.fromEntries(members), ...own };
}

type Shown = { readonly value: string; readonly display_value: string };

function plainOf(value: string, type: string | undefined): Shown {
  const text = type === 'double' ? String(Number(value)) : value;
  return { value: text, display_value: type === 'boolean' ? (value === '0' ? 'No' : 'Yes') : text };
}

/** The "uitype" of whoever changed a record last: a name, and no link. */
const NAME_ALONE = 52;

function linkOf(id: string, uitype: number, state: VtigerState): Shown {
  const [prefix = '', number = ''] = id.split('x');
  if (id === '') return { value: '0', display_value: '' };
  const name = state.modules.find((definition) => String(definition.prefix) === prefix)?.name ?? '';
  const label = encodeEntities(nameOf(id, state));
  const address = `index.php?module=${name}&view=Detail&record=${number}`;
  const user = `<a href=index.php?module=Users&parent=Settings&view=Detail&record=${number}> ${label}</a>`;
  const record = `<a href='${address}'\n\t\t\t\t\t\t\ttitle='${name}:${label}' data-original-title='${name}'>${label}</a>`;
  const link = name === 'Users' ? user : record;
  return { value: number, display_value: uitype === NAME_ALONE ? label : link };
}

import * as z from 'zod';
import { nameInBraces } from '../../core/saving/operation.ts';
import { SELF } from '../../core/saving/operation-entry.ts';
import { readTemplateOf } from '../../core/saving/request-template.ts';
import { fieldName, headerName, pointer } from '../../kinds/values.ts';
import { batch } from './batch-schema.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: 'must be a text, a number or a truth',
});

const place = z
  .string()
  .refine((text) => text === SELF || nameInBraces(text) !== undefined || POINTER.test(text), {
    error: 'must be a name in braces such as "{id}", a JSON pointer into the body such as /order/id, or self',
  });
const POINTER = /^(?:\/(?:[^~/]|~[01])*)+$/;

const save = z.strictObject({
  operation: z.enum(['create', 'update', 'delete']).optional().describe('What it does. Default: update.'),
  id: place
    .optional()
    .describe(
      'Id of the record: a name in braces of the request, a JSON pointer into the body (with records, into each of them), or self for the only record of the module.',
    ),
  ids: pointer.optional().describe('JSON pointer to a list of ids: one save for each of them.'),
  records: pointer
    .optional()
    .describe('JSON pointer to a list of records; id and fields are counted from each of them.'),
  fields: pointer
    .optional()
    .describe('JSON pointer to the fields. Default: the whole body, or with set or a delete, none.'),
  set: z
    .record(fieldName, z.union([scalar, z.null()]))
    .optional()
    .describe('Values that it stores whatever its body says: what an action means.'),
  replaces: z
    .literal(true)
    .optional()
    .describe('It empties what its fields leave out, so that leaving a guarded field out is a change.'),
});

const read = z.strictObject({
  id: place.describe('Id of the record: a name in braces of the request, or self.'),
  record: pointer.prefault('').describe("JSON pointer to the record's fields in the answer."),
});

/** What a request means: one entry of a module's `operations`. */
export const operation = z
  .strictObject({
    request: z
      .string()
      .describe(
        "Method and path from the CRM's root, such as POST /api/orders/{id}/deliver. Names in braces stand for one segment, for a part of one, or for a value of the query.",
      ),
    when: z
      .record(pointer, scalar)
      .optional()
      .describe('Values in the body, by JSON pointers, that tell several meanings of one request apart.'),
    headers: z
      .record(
        headerName,
        z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/, {
          error: 'must be the value of a header, of letters, digits and signs of ASCII',
        }),
      )
      .optional()
      .describe(
        'Headers that tell several meanings of one request apart, such as X-Service-Method: deliver.',
      ),
    save: save.optional().describe('It saves a record, or several.'),
    read: read.optional().describe('It shows one record.'),
    lists: z.literal(true).optional().describe('It shows records of the module.'),
    harmless: z
      .literal(true)
      .optional()
      .describe('It saves nothing that a rule is about, and shows no record.'),
    batch: batch
      .optional()
      .describe(
        'It lists requests of the same API: each is judged as one that came by itself, and all go on or none.',
      ),
  })
  .superRefine((entry, context) => {
    const report = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const template = readTemplateOf(entry.request);
    if ('fault' in template) return report(['request'], template.fault);
    const { save: saving, read: reading, lists, harmless, batch: listing } = entry;
    const meanings = [saving, reading, lists, harmless, listing].filter((one) => one !== undefined);
    if (meanings.length !== 1) report([], 'must say one of save, read, lists, harmless and batch');
    const isSafe = ['GET', 'HEAD', 'OPTIONS'].includes(template.method);
    if (isSafe && template.method !== 'GET')
      report(['request'], `is never a ${template.method}; name the GET`);
    if (isSafe && entry.save) report(['save'], 'goes with a method that saves, and GET saves nothing');
    if (isSafe && entry.headers) report(['headers'], 'tells what is saved, and GET saves nothing');
    if (isSafe && entry.when) report(['when'], 'looks into a body, and a GET has none');
    if (!isSafe && entry.read) report(['read'], 'goes with GET');
    if (isSafe && listing) report(['batch'], 'has a body, and a GET has none');
    const { read: shown, save: saved } = entry;
    const named = nameInBraces(shown?.id ?? saved?.id ?? '');
    if (named !== undefined && !template.names.includes(named))
      report([shown ? 'read' : 'save', 'id'], `is in no braces of the request: "{${named}}"`);
    if (shown && named === undefined && shown.id !== SELF)
      report(['read', 'id'], 'is a name in braces, or self');
    if (!saved) return undefined;
    const ways = [saved.records ?? saved.id, saved.ids].filter((way) => way !== undefined);
    if (saved.operation !== 'create' && ways.length !== 1)
      report(['save'], 'must say which record it is about: one of id, ids, and records with id');
    if (saved.records !== undefined && saved.operation !== 'create' && saved.id === undefined)
      report(['save', 'id'], 'is missing: a JSON pointer into each of the records');
    if (saved.records !== undefined && saved.id !== undefined && !POINTER.test(saved.id))
      report(['save', 'id'], 'is a JSON pointer into each of the records');
    if (
      saved.operation === 'create' &&
      (saved.ids !== undefined || (saved.id !== undefined && saved.records === undefined))
    )
      report(
        ['save'],
        'creates, so it has no id yet; where clients choose it, set "creates: upsert" of the module',
      );
    return undefined;
  });

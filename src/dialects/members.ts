import * as z from 'zod';
import { fieldName } from '../kinds/values.ts';

/** What modules of every dialect may say of the members of their saves. */
export const members = {
  knownFields: z
    .array(fieldName)
    .optional()
    .describe(
      'The names that a guarded save may give: any other is answered with 422 unknown-field. The id, codes and other spellings of these names are known.',
    ),
  envelopeFields: z.array(fieldName).prefault([]).describe('What may stand beside the fields of a save.'),
  values: z
    .array(fieldName)
    .prefault([])
    .describe(
      'Members that hold objects or lists and are columns of this record. Names in them are not fields of the record.',
    ),
  relations: z
    .record(
      fieldName,
      z.union(
        [
          z.string().min(1),
          z.strictObject({
            module: z.string().min(1).describe('Module at the other end.'),
            field: fieldName
              .optional()
              .describe('Field of this record that holds the id of the other one, where it refers to one.'),
          }),
        ],
        { error: 'must be the name of a module, or { module, field }' },
      ),
    )
    .prefault({})
    .describe('Members that hold records of other modules, or their ids: each is judged as a separate save.'),
  nested: z
    .enum(['refuse', 'judge', 'forward'])
    .prefault('refuse')
    .describe(
      'What happens to members that hold objects or lists and are not declared. refuse: 422 undeclared-nesting. judge: guarded names are searched for at every depth. forward: they are not searched.',
    ),
};

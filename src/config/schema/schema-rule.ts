import * as z from 'zod';
import { duration, fieldName, fieldOrPointer, languageTag } from '../../kinds/values.ts';
import { checkOverride } from './check-override.ts';
import { checkPage } from './check-page.ts';
import { checkReads } from './check-reads.ts';
import {
  checkCallerCriteria,
  checkCriteria,
  checkMessage,
  checkNotice,
  checkSubject,
} from './check-texts.ts';
import { checkWorkflow } from './check-workflow.ts';
import { codeSchema } from './schema-code.ts';
import { overrideSchema } from './schema-override.ts';
import { checkLanguages, PRESET_TEXTS, texts } from './texts.ts';

const destination = z.strictObject({
  channel: z.string().min(1).describe('Name of a channel.'),
  address: z
    .union(
      [
        fieldOrPointer,
        z.strictObject({
          via: fieldOrPointer.describe(
            'Field of the record that refers to the other one, or a JSON pointer to it such as /customer/objectId.',
          ),
          module: z.string().min(1).describe('Module of the other record.'),
          field: fieldOrPointer.describe(
            'Field of the other record that holds the address, or a JSON pointer to it.',
          ),
          reverse: z
            .union([z.array(fieldName).min(1), z.literal('none')], {
              error: 'must be a list of members such as [deliveries], or none',
            })
            .optional()
            .describe(
              "Members of the other record that set via from over there, or none: linking the rule's record to another owner by one of them is a change of the address.",
            ),
        }),
      ],
      { error: 'must be the name of a field, or { via, module, field }' },
    )
    .describe('Field of the stored record that holds the address, or of a record that it refers to.'),
});

const send = z.strictObject({
  auto: z
    .boolean()
    .prefault(true)
    .describe('Whether a save that is refused because it has no code sends one.'),
  when: z
    .union([z.boolean(), z.record(z.string(), z.unknown())], {
      error: 'must be criteria such as { changed_to: [status, Shipped] }',
    })
    .superRefine(checkCriteria)
    .prefault(false)
    .describe(
      'A save that matches these criteria triggers a code after it has succeeded; JsonLogic as in "when".',
    ),
  to: z
    .array(destination)
    .min(1)
    .max(10)
    .describe(
      'In order of preference: the first address that the record has, and the next one if its channel fails.',
    ),
  message: texts(z.string().max(1000).superRefine(checkMessage))
    .prefault(PRESET_TEXTS.message)
    .describe(
      'Text of the message, or { en: …, es: … }. Places: {{code}}, {{minutes}}, {{rule.name}}, {{save.id}}, {{save.operation}}, {{record.<field>}}, and with confirm: page {{link}}.',
    ),
  changeMessage: texts(z.string().max(1000).superRefine(checkMessage))
    .prefault(PRESET_TEXTS.changeMessage)
    .describe(
      'Text of the message, to the old address, where a save changes the address itself; the same places and languages.',
    ),
  overrideMessage: texts(z.string().max(1000).superRefine(checkNotice))
    .prefault(PRESET_TEXTS.overrideMessage)
    .describe(
      'Text after a save that somebody vouched for, without a code. Places: {{reason}}, {{caller.user}}, {{rule.name}}, {{save.id}}, {{save.operation}}, {{record.<field>}}.',
    ),
  subject: texts(z.string().max(200).superRefine(checkSubject))
    .prefault(PRESET_TEXTS.subject)
    .describe('Subject, for channels that have one; the same places and languages.'),
  language: z
    .strictObject({
      field: fieldName.describe(
        'Field that holds a language such as es or es-MX, of the stored record which the address is read from.',
      ),
      default: languageTag.describe('Language of the texts for customers whose language has no text.'),
    })
    .optional()
    .describe('Which of the texts is sent, where there is one for each language.'),
  verbatim: z
    .array(fieldName)
    .prefault([])
    .describe('Fields that are merged into the message as they are, with their links and long numbers.'),
});

/** A rule: what an operator wants confirmed, and how. */
export const ruleSchema = z
  .strictObject({
    id: z
      .union(
        [
          z.int().min(0),
          z
            .string()
            .max(64)
            .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, {
              error: 'has letters, digits, "_", "." and "-" only, and starts with a letter or digit',
            }),
        ],
        { error: 'must be a number or a text' },
      )
      .transform(String)
      .optional()
      .describe(
        'Names the rule in headers and fields of codes (OTPRULES-OTP-<id>). Without it, the letters and digits of the name do.',
      ),
    name: z
      .string()
      .min(1)
      .max(200)
      .describe('For people. Its letters and digits can also name the rule in headers and fields of codes.'),
    module: z.string().min(1).describe('Name of a module.'),
    on: z
      .array(z.enum(['update', 'delete', 'read']))
      .min(1)
      .prefault(['update'])
      .describe('Operations on stored records that the rule watches. read stands alone.'),
    onCreate: z
      .enum(['refuse', 'challenge', 'allow'])
      .prefault('refuse')
      .describe('What happens to a create that matches, whatever "on" says; with on: [read], it passes.'),
    appliesTo: z
      .union([z.boolean(), z.record(z.string(), z.unknown())], {
        error: 'must be true, or criteria such as { "!=": [{ var: caller.role }, manager] }',
      })
      .superRefine(checkCallerCriteria)
      .prefault(true)
      .describe(
        'Which callers need a code: JsonLogic over caller. What could not be verified about a caller exempts nobody.',
      ),
    when: z
      .union([z.boolean(), z.record(z.string(), z.unknown())], {
        error: 'must be true, or criteria such as { changed_to: [status, Delivered] }',
      })
      .superRefine(checkCriteria)
      .describe(
        'JsonLogic over record, before, save, caller, request and now, with changed, changed_to and changed_from.',
      ),
    code: codeSchema.prefault({}).describe('How codes are made, and how long they are good.'),
    send: send.superRefine(checkLanguages).describe('How codes reach the customer.'),
    recipientChange: z
      .enum(['guard', 'allow'])
      .prefault('guard')
      .describe('Whether a save that changes the address needs a code from the old one.'),
    binds: z
      .enum(['change', 'record', 'body'])
      .prefault('change')
      .describe(
        'What a code is good for: the values that the rule reads, any save of the record, or the whole save.',
      ),
    confirm: z
      .enum(['code', 'page'])
      .prefault('code')
      .describe(
        'With "page" the message has a link, {{link}}, to a page that shows the change, where the customer agrees or objects; the code works beside it. Needs publicUrl.',
      ),
    override: overrideSchema
      .optional()
      .describe(
        'Who may vouch for a save in the place of the customer: by a verified name, with a reason, and not who asked for it.',
      ),
    grant: z
      .strictObject({
        idle: duration('1s', '24h').prefault('30m').describe('How long it opens reads after its last use.'),
        absolute: duration('1s', '720h').prefault('24h').describe('How long it opens reads at most.'),
      })
      .optional()
      .describe('A code may be turned into a grant, which opens reads of the record; with on: [read].'),
    caller: z
      .boolean()
      .prefault(false)
      .describe(
        'Whether a code is good only for the caller who asked for it, who then needs a verified name.',
      ),
    mode: z
      .enum(['enforce', 'shadow', 'off'])
      .prefault('enforce')
      .describe(
        'A "shadow" rule logs what it would have asked for, and does nothing else; an "off" rule is checked, and has no effect.',
      ),
  })
  .superRefine(checkPage)
  .superRefine(checkOverride)
  .superRefine(checkReads)
  .superRefine(checkWorkflow);

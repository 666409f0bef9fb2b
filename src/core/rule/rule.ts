import type { Criteria } from '../criteria/criteria.ts';
import { namesOfReference } from '../likeness/reference.ts';
import { namesOf } from '../likeness/said.ts';
import { sanitise } from '../wire/parameter.ts';
import type { CodeFormat } from './code.ts';
import { bestLanguage } from './language.ts';
import type { OverridePolicy } from './override.ts';
import type { Template } from './template.ts';

/** How codes of a rule are made, live and die. Durations in milliseconds. */
export type CodePolicy = CodeFormat & {
  readonly validForMs: number;
  readonly maxAttempts: number;
  readonly resetAttemptsAfterMs: number;
  /** Whether a resend makes a new code or repeats the living one. */
  readonly resend: 'new' | 'same';
  /** Resends within the window; the first send does not count. */
  readonly maxResends: number;
  readonly resetResendsAfterMs: number;
  readonly cooldownMs: number;
};

/** How long a remembered verification opens reads: since its last use, and since its beginning. */
export type GrantPolicy = { readonly idleMs: number; readonly absoluteMs: number };

/** Where a code goes. */
export type Destination = { readonly channel: string; readonly address: Address };

/**
 * A field of the record itself, or of the record that its field `via` refers to. Where they stand deeper, the fields are the members in
 * which they do, and the pointers lead to them on the stored record.
 */
export type Address = { readonly field: string; readonly fieldAt?: string | undefined } & (
  | { readonly kind: 'own' }
  | {
      readonly kind: 'related';
      readonly via: string;
      readonly viaAt?: string | undefined;
      readonly module: string;
      /** Members of the other record that set `via` from over there; undefined where nobody said so. */
      readonly reverse?: readonly string[] | 'none' | undefined;
    }
);

/** What is said in one language. */
export type Wording = {
  /** BCP 47; undefined where the rule's texts are in one language that was not named. */
  readonly language?: string | undefined;
  readonly message: Template;
  readonly subject: Template;
  /** The text where a save changes the address itself. */
  readonly changeMessage: Template;
  /** The text after a save that somebody vouched for, where the rule lets anybody. */
  readonly overrideMessage?: Template;
};

/** When a code is sent, to which addresses, and in what words. */
export type SendPolicy = {
  /** Whether a save refused for want of a code sends one. */
  readonly auto: boolean;
  /** Saves that send one once they went through. */
  readonly when: Criteria;
  /** In order of preference: the first address that the record has, and the next one if its channel fails. */
  readonly to: readonly Destination[];
  /** What is said, in each language; the first is for whoever wants none of them. */
  readonly wordings: readonly [Wording, ...Wording[]];
  /** Field of the record which the address is read from: what language is wanted there. */
  readonly languageField?: string | undefined;
  /** Fields that are merged into the message as they are. */
  readonly verbatim: readonly string[];
};

/** What a code is good for: the values that the rule applies to, any save of the record, or the whole save. */
export type BindingKind = 'change' | 'record' | 'body';

const NEVER: Criteria = {
  fields: [],
  callerPaths: [],
  needs: [],
  implied: { values: new Map(), open: [] },
  mayHold: () => false,
  hold: () => false,
  why: () => [],
};

/** What an operator wants confirmed, and how. Frozen when the configuration is loaded. */
export type Rule = {
  readonly id: string;
  readonly name: string;
  /** The configuration's name for the module. */
  readonly module: string;
  /** A rule about reads is about nothing else. */
  readonly on: ReadonlySet<'update' | 'delete' | 'read'>;
  readonly onCreate: 'refuse' | 'challenge' | 'allow';
  /** Who is asked: it reads the caller and nothing else. */
  readonly appliesTo: Criteria;
  readonly when: Criteria;
  readonly code: CodePolicy;
  readonly send: SendPolicy;
  readonly recipientChange: 'guard' | 'allow';
  readonly binds: BindingKind;
  /** `page`: the customer can answer on a page that the message leads to. */
  readonly confirm: 'code' | 'page';
  /** Whether a code is good for the caller only who asked for it. */
  readonly caller: boolean;
  /** `shadow`: what the rule would have asked for is logged, and nothing else happens. */
  readonly mode: 'enforce' | 'shadow';
  /** Whether callers may not learn which records its module has, but from a grant for one. */
  readonly hides: boolean;
  /** Whether it guards addresses for records of another module: whoever deletes the record that holds one changes it. */
  readonly standsGuard: boolean;
  /** Whether such a guard's rule has addresses on other records, too: from here nobody knows which, and whether somebody there could be asked. */
  readonly asksElsewhere: boolean;
  /** Who may vouch for a save instead of the customer, and how; undefined where nobody may. */
  readonly override?: OverridePolicy | undefined;
  /** Whether a code can be turned into a grant, and for how long. */
  readonly grant?: GrantPolicy | undefined;
};

/** The names under which a rule is addressed, in lower case: its id and its sanitised name. */
export function aliasesOf(rule: Pick<Rule, 'id' | 'name'>): readonly string[] {
  const aliases = [sanitise(rule.id), sanitise(rule.name)].map((alias) => alias.toLowerCase());
  return [...new Set(aliases)].filter((alias) => alias !== '');
}

/** The fields of the rule's own module that hold an address or lead to one, without repetition. */
export function addressFieldsOf(rule: Pick<Rule, 'send'>): readonly string[] {
  return [...new Set(rule.send.to.map(({ address }) => referringFieldOf(address)))];
}

/** The field of the rule's own module that holds the address or leads to it. */
export function referringFieldOf(address: Address): string {
  return address.kind === 'own' ? address.field : address.via;
}

/** Those of them of which a change is itself asked about. */
export function guardedAddressesOf(rule: Pick<Rule, 'send' | 'recipientChange'>): readonly string[] {
  return rule.recipientChange === 'guard' ? addressFieldsOf(rule) : [];
}

/** The names, folded, under one of which a save says something of such an address, if it does. */
export function namesOfGuardedAddresses(rule: Pick<Rule, 'send' | 'recipientChange'>): readonly string[] {
  if (rule.recipientChange === 'allow') return [];
  return rule.send.to.flatMap(({ address }) =>
    address.kind === 'own' ? namesOf(address.field) : namesOfReference(address.via),
  );
}

/**
 * The same rule as it stands guard in the modules that its addresses are taken from: it applies to nothing there but a
 * change of such an address, the deletion of its record among them, and asks the old one.
 */
export function addressGuardsOf(rule: Rule): readonly Rule[] {
  if (rule.recipientChange === 'allow') return [];
  const related = rule.send.to.flatMap(({ channel, address }) =>
    address.kind === 'related' ? [{ channel, address }] : [],
  );
  return [...Map.groupBy(related, ({ address }) => address.module)].map(([name, places]) => ({
    ...rule,
    module: name,
    on: new Set(),
    onCreate: 'allow',
    hides: false,
    when: NEVER,
    standsGuard: true,
    asksElsewhere: new Set(rule.send.to.map(({ address }) => referringFieldOf(address))).size > 1,
    send: {
      ...rule.send,
      when: NEVER,
      to: places.map(({ channel, address: { field, fieldAt } }) => ({
        channel,
        address: { kind: 'own', field, fieldAt },
      })),
    },
  }));
}

/** The fields whose new values the customer confirms: what the criteria read, the message shows and the code travels to. */
export function boundFieldsOf(rule: Rule): readonly string[] {
  const shown = rule.send.wordings.flatMap(shownFieldsOf);
  return [...new Set([...rule.when.fields, ...shown, ...addressFieldsOf(rule)])];
}

/** The fields of the record that texts show. */
export function shownFieldsOf({ message, subject, changeMessage }: Wording): readonly string[] {
  return [message, subject, changeMessage].flatMap(({ recordFields }) => recordFields);
}

/** What is said to somebody for whom this language is stored. */
export function wordingFor({ wordings }: Pick<SendPolicy, 'wordings'>, stored: string): Wording {
  const offered = wordings.flatMap(({ language }) => (language === undefined ? [] : [language]));
  const best = bestLanguage(stored, offered);
  return wordings.find(({ language }) => language !== undefined && language === best) ?? wordings[0];
}

/** Whether the caller's name makes a difference to the rule, to what its page tells the customer, or to who may vouch for a save. */
export function readsCallerName({ caller, confirm, override, appliesTo, when }: Rule): boolean {
  const paths = [...appliesTo.callerPaths, ...when.callerPaths];
  return (
    caller ||
    confirm === 'page' ||
    override !== undefined ||
    paths.some(([, member]) => member === undefined || member === 'user')
  );
}

import type { Page } from '../../gate/people/confirm.ts';

/** All that pages say, in one language. `{places}` are filled in. */
export type PageTexts = {
  readonly title: string;
  readonly asks: string;
  readonly nobody: string;
  readonly about: string;
  readonly until: string;
  readonly changes: string;
  readonly create: string;
  readonly delete: string;
  readonly action: string;
  readonly any: string;
  readonly empty: string;
  readonly tooLong: string;
  readonly hint: string;
  readonly yes: string;
  readonly no: string;
  readonly approved: string;
  readonly declined: string;
  readonly closed: Readonly<Record<Closed, string>>;
};

/** Why a page has nothing to answer, and what else can go wrong with one. */
export type Closed =
  | Exclude<Extract<Page, { kind: 'closed' }>['why'], 'too-long'>
  | 'foreign'
  | 'unreadable'
  | 'unavailable'
  | 'method';

/** In English; for whoever wants a language that is not built in. */
export const ENGLISH: PageTexts = {
  title: 'Do you agree?',
  asks: 'Asked by',
  nobody: 'somebody whose name is not known',
  about: 'About',
  until: 'Answer by',
  changes: 'What changes',
  create: 'A new record is created.',
  delete: 'The record is deleted.',
  action: 'Action: {verb}',
  any: 'You agree to any one change of this record that this is about.',
  empty: 'empty',
  tooLong: 'There is more to this change than can be shown here, so nobody can agree to it on this page.',
  hint: 'Nothing happens until you press a button.',
  yes: 'Yes, I agree',
  no: 'No, that was not me',
  approved: 'Thank you. This change may be made now, once.',
  declined: 'This change was stopped. For a while nobody can make it, or ask you about it.',
  closed: {
    unknown: 'This link is not valid.',
    answered: 'This link was used already.',
    declined: 'This link was used already: the change was stopped.',
    used: 'This link is no longer valid: the change was confirmed already.',
    'in-progress': 'This link is no longer valid: the code was entered already.',
    exhausted: 'This link is no longer valid: too many wrong codes were entered.',
    expired: 'This link has expired.',
    withdrawn: 'This link is no longer valid: the question was taken back.',
    superseded: 'A newer message was sent. Use the link in that one.',
    stale: 'This answer does not belong to the page that you were shown. Open the link in the message again.',
    foreign: 'This answer came from another page. Open the link in the message.',
    unreadable: 'This answer cannot be read. Open the link in the message again.',
    unavailable: 'This cannot be answered at the moment. Try again soon.',
    method: 'Open the link in the message.',
  },
};

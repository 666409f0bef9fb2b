import { collectionPath } from '../../kinds/paths.ts';
import { entryName, httpUrl } from '../../kinds/values.ts';
import type { Question } from './answers.ts';

type Checker = {
  safeParse(text: string): { success: boolean; error?: { issues: readonly { message: string }[] } };
};

const faultBy = (schema: Checker) => (text: string) => {
  const { error } = schema.safeParse(text);
  return error?.issues[0]?.message;
};

/** Where the CRM is. */
export function upstreamQuestion(preset?: string): Question {
  return {
    name: 'upstream',
    flag: 'upstream',
    message: 'where the CRM is, such as http://127.0.0.1:3000',
    preset,
    faultIn: faultBy(httpUrl),
  };
}

/** The form of its API. */
export function kindQuestion(kinds: readonly string[]): Question {
  return { name: 'kind', flag: 'kind', message: 'the form of its API', options: kinds, preset: kinds[0] };
}

/** The module that the rule is about. */
export const moduleQuestion: Question = {
  name: 'module',
  flag: 'module',
  message: 'the module that the rule is about, such as Orders',
  faultIn: faultBy(entryName),
};

/** Where requests about it go. Where the API usually is may be the root, which is no path of a collection. */
export function pathQuestion(preset?: string): Question {
  const faultIn = faultBy(collectionPath);
  return {
    name: 'path',
    flag: 'path',
    message: 'where its requests go, such as /api/orders',
    preset,
    faultIn: (text) => (text === preset ? undefined : faultIn(text)),
  };
}

/** What the rule says. `faultIn` is told the name of a field, `faultInAddress` that of the field with the address. */
export function ruleQuestions(faultIn?: Question['faultIn'], faultInAddress = faultIn): readonly Question[] {
  const checked = faultIn && { faultIn };
  const checkedAddress = faultInAddress && { faultIn: faultInAddress };
  return [
    { name: 'field', flag: 'field', message: 'the field that the rule is about, such as status', ...checked },
    { name: 'to', flag: 'to', message: "the value that needs the customer's code, such as Delivered" },
    {
      name: 'address',
      flag: 'address',
      message: "the field that holds the customer's address, such as email",
      ...checkedAddress,
    },
  ];
}

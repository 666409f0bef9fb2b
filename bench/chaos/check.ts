import type { Arrival, Asked, History } from './history.ts';
import { SILENCE } from './history.ts';

/** How often a code comes back from saves that were refused. */
const RETURNS = 3;

/** Everything in the history that breaks a promise, a line each. */
export function violationsIn(history: History): readonly string[] {
  const askedBy = groups(history.asked, ({ note }) => note);
  const arrivedBy = groups(history.arrivals, ({ note }) => note);
  return [
    ...withoutConsent(history, askedBy),
    ...codesSpentTwice(history, arrivedBy),
    ...budgetsPassed(history, askedBy),
    ...codesLost(history, arrivedBy),
  ];
}

/** Every save that arrived was sent with a code that its customer got, about what the save says. */
function withoutConsent({ arrivals, mails }: History, askedBy: Groups<Asked>): readonly string[] {
  const consents = new Set(mails.map(({ record, ref, code }) => `${record} ${ref} ${code}`));
  return arrivals
    .filter(
      ({ record, ref, note }) =>
        !askedBy.get(note)?.some(({ code }) => consents.has(`${record} ${ref} ${code}`)),
    )
    .map(({ note, record }) => `the save ${note} of ${record} arrived without a code of its own`);
}

/** One code, one save: another one only where the CRM had refused those before. And none once somebody was told that the code is used. */
function codesSpentTwice({ asked }: History, arrivedBy: Groups<Arrival>): readonly string[] {
  return [...groups(asked, ({ record, code }) => `${record} ${code}`)].flatMap(([key, uses]) => {
    const arrived = [...new Set(uses.map(({ note }) => note))]
      .flatMap((note) => arrivedBy.get(note) ?? [])
      .sort((one, other) => one.at - other.at);
    const spending = arrived.find(({ refused }) => !refused);
    const others = spending
      ? arrived.slice(arrived.indexOf(spending)).filter(({ note }) => note !== spending.note)
      : [];
    const toldAt = Math.min(
      ...uses
        .filter(({ fate, result }) => fate === 'used' || result === 'otp-used')
        .map(({ answeredAt }) => answeredAt),
    );
    const late = arrived.filter(({ at }) => at > toldAt);
    return [
      ...others.map(({ note }) => `the code ${key} arrived with ${note} after ${spending?.note}`),
      ...late.map(({ note }) => `the code ${key} arrived with ${note} after it was said to be used`),
    ];
  });
}

/** No more wrong codes are compared than the budget has, and after them not even the right one passes. */
function budgetsPassed({ asked, arrivals, budget }: History, askedBy: Groups<Asked>): readonly string[] {
  const wrong = groups(
    asked.filter(({ result }) => result === 'otp-invalid'),
    ({ record }) => record,
  );
  const passed = [...wrong].filter(([, answers]) => answers.length > budget);
  const afterwards = arrivals.filter(({ record, note }) => {
    const firstSentAt = Math.min(...(askedBy.get(note) ?? []).map(({ sentAt }) => sentAt));
    const before = wrong.get(record)?.filter(({ answeredAt }) => answeredAt < firstSentAt) ?? [];
    return before.length >= budget;
  });
  return [
    ...passed.map(([record, { length }]) => `${length} wrong codes of ${record} were compared`),
    ...afterwards.map(({ record, note }) => `${note} of ${record} arrived after the budget was used up`),
  ];
}

/** An honest caller gets an answer or a broken connection, and is never told that a code is gone while their save is not there. */
function codesLost({ asked }: History, arrivedBy: Groups<Arrival>): readonly string[] {
  return asked.flatMap((one) => {
    const { record, note, isHonest, status, result, fate } = one;
    const about = `the save ${note} of ${record}`;
    const arrived = arrivedBy.get(note) ?? [];
    const isSaved = arrived.some(({ saved }) => saved);
    const isRefused = arrived.filter(({ refused }) => refused).length > RETURNS;
    if (status === SILENCE) return [`${about} got no answer`];
    if (status === 200 && !isSaved) return [`${about} was answered with 200 and was not saved`];
    if (!isHonest) return [];
    const isUsed = fate === 'used' || result === 'otp-used';
    if (isUsed && !isSaved && !isRefused) return [`${about} lost its code and was not saved`];
    const isDenied = result === 'otp-invalid' || result === 'otp-binding-mismatch';
    return isDenied ? [`${about} was answered ${result} for the right code`] : [];
  });
}

type Groups<T> = ReadonlyMap<string, readonly T[]>;

function groups<T>(items: readonly T[], keyOf: (item: T) => string): Groups<T> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const group = found.get(keyOf(item));
    if (group) group.push(item);
    else found.set(keyOf(item), [item]);
  }
  return found;
}

import { isPhoneName, type NewConfiguration } from './files.ts';

type Fields = Readonly<Record<string, string>>;

const BEFORE = 'something else';

/** Cases of the rule, by how a save of a record looks. */
export function casesOf(
  { field, to, address, owner }: NewConfiguration['rule'],
  save: (fields: Fields) => object,
): readonly object[] {
  const someone = isPhoneName(address) ? '+12015550123' : 'ann@example.com';
  const before = (value: string) => ({
    [field]: value,
    ...(owner ? { [owner.via]: '1' } : { [address]: someone }),
  });
  const related = owner && { related: { [`${owner.module}/1`]: { id: '1', [address]: someone } } };
  return [
    {
      name: `${field} becomes ${to}: the customer is asked`,
      request: save({ [field]: to }),
      before: before(BEFORE),
      ...related,
      expect: 'otp-required',
      rules: [1],
    },
    {
      name: `${field} was ${to} already`,
      request: save({ [field]: to }),
      before: before(to),
      ...related,
      expect: 'pass',
    },
  ];
}

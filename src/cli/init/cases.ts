import type { NewConfiguration } from './files.ts';

type Fields = Readonly<Record<string, string>>;

const BEFORE = 'something else';

/** Cases of the rule, by how a save of a record looks. */
export function casesOf(
  { field, to, address }: NewConfiguration['rule'],
  save: (fields: Fields) => object,
): readonly object[] {
  const someone = /phone|mobile|cell|tel/i.test(address) ? '+12015550123' : 'ann@example.com';
  const before = (value: string) => ({ [field]: value, [address]: someone });
  return [
    {
      name: `${field} becomes ${to}: the customer is asked`,
      request: save({ [field]: to }),
      before: before(BEFORE),
      expect: 'otp-required',
      rules: [1],
    },
    {
      name: `${field} was ${to} already`,
      request: save({ [field]: to }),
      before: before(to),
      expect: 'pass',
    },
  ];
}

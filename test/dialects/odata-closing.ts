import type { ConfigInput } from '../../src/config/schema/schema.ts';

/** A code of the customer of an order, for closing it. `reverse`: by which of the customer's members an order may be given to another one. */
export const closingRule = (reverse: readonly string[] | 'none' = ['Orders']): ConfigInput['rules'] => [
  {
    id: 7,
    name: 'Closing',
    module: 'Orders',
    when: { changed_to: ['Status', 'Closed'] },
    send: {
      to: [
        {
          channel: 'email',
          address: {
            via: 'Customer_ID',
            module: 'Customers',
            field: 'Email',
            reverse: reverse === 'none' ? reverse : [...reverse],
          },
        },
      ],
    },
  },
];

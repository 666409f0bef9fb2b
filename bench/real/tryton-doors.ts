import { call, type Step } from './system.ts';

export type Rpc = (
  method: string,
  params: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<unknown>;

export type Ids = { readonly ann: number; readonly rep: number; readonly address: number };

/** Every other way to the street of an address, or to the e-mail of its party. */
export function doorsOf(
  gateway: string,
  rpc: Rpc,
  write: (fields: object, id?: unknown) => Promise<unknown>,
  party: (fields: object, id?: number) => Promise<unknown>,
  { ann, rep, address }: Ids,
): readonly Step[] {
  const street = { street: 'New Street 9' };
  const named = (method: string, params: unknown) => rpc(method, params);
  return [
    ['an id as a text', () => write(street, String(address))],
    ['an id as a truth', () => write(street, true)],
    ['no list of ids', () => named('model.party.address.write', [address, street, {}])],
    [
      'two pairs',
      () => named('model.party.address.write', [[address], { city: 'A' }, [address], street, {}]),
    ],
    ['without a context', () => named('model.party.address.write', [[address], street])],
    [
      'params by name',
      () => named('model.party.address.write', { ids: [address], values: street, context: {} }),
    ],
    ['another case of the method', () => named('model.party.address.WRITE', [[address], street, {}])],
    ['another case of the model', () => named('Model.party.address.write', [[address], street, {}])],
    ['a space at the end', () => named('model.party.address.write ', [[address], street, {}])],
    ['a list in a delta', () => party({ addresses: [['write', [address], street]] })],
    ['through the party, taken away', () => party({ addresses: [['remove', [address]]] })],
    ['through another party', () => party({ addresses: [['add', [address]]] }, rep)],
    [
      'a new party that takes it',
      () => named('model.party.party.create', [[{ name: 'x', addresses: [['add', [address]]] }], {}]),
    ],
    ['another owner', () => write({ party: rep })],
    ['no owner', () => write({ party: null })],
    ['the owner deleted', () => named('model.party.party.delete', [[ann], {}])],
    [
      'the e-mail of the owner',
      () => named('model.party.contact_mechanism.write', [[1], { value: 'rep@example.com' }, {}]),
    ],
    [
      'the e-mail of the owner, through them',
      () => party({ contact_mechanisms: [['write', [1], { value: 'rep@example.com' }]] }),
    ],
    [
      'the e-mail of the owner, the first of two',
      () =>
        party({
          contact_mechanisms: [['create', [{ type: 'email', value: 'rep@example.com', sequence: 0 }]]],
        }),
    ],
    ['a wizard', () => named('wizard.party.replace.execute', ['1', {}, 'replace', {}])],
    ['a button', () => named('model.ir.trigger.write', [[1], street, {}])],
    [
      'by XML-RPC',
      () =>
        call(
          `${gateway}/crm/`,
          'POST',
          '<?xml version="1.0"?><methodCall><methodName>model.party.address.write</methodName></methodCall>',
          { 'content-type': 'text/xml' },
        ),
    ],
    [
      'a text',
      () =>
        call(
          `${gateway}/crm/`,
          'POST',
          JSON.stringify({ id: 1, method: 'model.party.address.write', params: [[address], street, {}] }),
          { 'content-type': 'text/plain' },
        ),
    ],
    [
      'a path without its slash',
      () =>
        call(`${gateway}/crm`, 'POST', {
          id: 1,
          method: 'model.party.address.write',
          params: [[address], street, {}],
        }),
    ],
    [
      'two slashes',
      () =>
        call(`${gateway}//crm/`, 'POST', {
          id: 1,
          method: 'model.party.address.write',
          params: [[address], street, {}],
        }),
    ],
  ];
}

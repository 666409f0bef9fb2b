import { createRequire } from 'node:module';
import { join } from 'node:path';
import { call } from '../system.ts';

export type ParseObject = {
  readonly id: string;
  set(name: string, value: unknown): void;
  get(name: string): unknown;
  save(attributes?: object | null, options?: object): Promise<ParseObject>;
  fetch(): Promise<ParseObject>;
  destroy(): Promise<ParseObject>;
};
type Query = {
  find(): Promise<ParseObject[]>;
  get(id: string): Promise<ParseObject>;
  equalTo(name: string, value: unknown): Query;
  include(name: string): Query;
};
export type Sdk = {
  initialize(app: string, key: string): void;
  serverURL: string;
  Object: {
    new (name: string): ParseObject;
    saveAll(list: readonly ParseObject[], options?: object): Promise<unknown>;
    destroyAll(list: readonly ParseObject[]): Promise<unknown>;
    extend(name: string): { createWithoutData(id: string): ParseObject };
  };
  Query: new (name: string) => Query;
  User: {
    signUp(name: string, password: string): Promise<unknown>;
    logIn(name: string, password: string): Promise<unknown>;
    logOut(): Promise<unknown>;
  };
  CoreManager: { set(name: string, value: unknown): void };
};

export const MASTER = { 'X-Parse-Application-Id': 'crm', 'X-Parse-Master-Key': 'master' };
export const CLIENT = { 'X-Parse-Application-Id': 'crm', 'X-Parse-REST-API-Key': 'rest' };
export const DELIVERED = { status: 'Delivered' };

/** The records of a run. */
export type Ids = {
  readonly delivery: string;
  readonly customer: string;
  readonly rep: string;
  readonly pointer: (id: string) => object;
};

/** What a client of Parse Server does: by its SDK, as its SDK, and by REST. */
export type Hands = ReturnType<typeof handsOf>;

export function handsOf(gateway: string, folder: string, ids: Ids) {
  const Parse = createRequire(join(folder, 'package.json'))('parse/node') as Sdk;
  Parse.initialize('crm', 'js');
  Parse.serverURL = `${gateway}/parse`;
  Parse.CoreManager.set('REQUEST_ATTEMPT_LIMIT', 1);
  const Delivery = Parse.Object.extend('Delivery');
  const Customer = Parse.Object.extend('Customer');
  const path = `/parse/classes/Delivery/${ids.delivery}`;
  const rest = (method: string, at: string, body?: unknown, headers: Record<string, string> = CLIENT) =>
    call(`${gateway}${at}`, method, body, headers);
  return {
    ...ids,
    gateway,
    Parse,
    Delivery,
    Customer,
    path,
    rest,
    of(kind: typeof Delivery, id: string, fields: object) {
      const one = kind.createWithoutData(id);
      for (const [name, value] of Object.entries(fields)) one.set(name, value);
      return one;
    },
    asSdk(at: string, body: object) {
      const sent = { _ApplicationId: 'crm', _JavaScriptKey: 'js', ...body };
      return call(`${gateway}${at}`, 'POST', JSON.stringify(sent), { 'content-type': 'text/plain' });
    },
    batched(at: string, more: object = {}): Promise<unknown> {
      const requests = [{ method: 'PUT', path: at, body: DELIVERED, ...more }];
      return rest('POST', '/parse/batch', { requests });
    },
    newDelivery: () => new Parse.Object('Delivery'),
  };
}

import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { ROOT } from '../package/packed.ts';

type Schema = Readonly<Record<string, unknown>>;
type Response = {
  readonly 'x-slugs'?: readonly string[];
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
};
type Operation = {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>;
};
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly responses: Readonly<Record<string, Response>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
};

export const PATH = 'docs/openapi.yaml';
export const TEXT = readFileSync(`${ROOT}${PATH}`, 'utf8');
export const DOCUMENT = parse(TEXT) as Document;

const METHODS = ['get', 'post', 'delete', 'put', 'patch'];

/** A call as the document has it. */
export type Call = { readonly method: string; readonly path: string; readonly operation: Operation };

export const CALLS: readonly Call[] = Object.entries(DOCUMENT.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => METHODS.includes(method))
    .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);

/** The call that a request is, where the document has one. */
export function callOf(method: string, target: string): Call | undefined {
  const [path = ''] = target.split('?');
  return CALLS.find((call) => {
    const pattern = call.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+');
    return call.method === method && new RegExp(`^${pattern}$`).test(path);
  });
}

/** An answer that the document has: `sendCode 429 otp-resend-limited`, or `sendCode 201`. */
export function answersIn({ operation }: Call): readonly string[] {
  return Object.entries(operation.responses).flatMap(([status, reference]) => {
    const slugs = responseOf(reference)['x-slugs'] ?? [''];
    return slugs.map((slug) => `${operation.operationId} ${status} ${slug}`.trim());
  });
}

function responseOf(response: Response | { readonly $ref: string }): Response {
  if (!('$ref' in response)) return response;
  return DOCUMENT.components.responses[response.$ref.split('/').at(-1) ?? ''] ?? {};
}

// Members that the document does not have are faults here, though clients have to bear with them.
const schemas = Object.fromEntries(
  Object.entries(DOCUMENT.components.schemas).map(([name, schema]) => [
    name,
    { ...schema, additionalProperties: false },
  ]),
);
const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });

/** Says what is wrong with the body of an answer to a call. */
export function faultsOf(call: Call, status: number, body: unknown): readonly string[] {
  const response = call.operation.responses[status];
  if (!response) return [`${call.operation.operationId} has no ${status}`];
  const [content] = Object.values(responseOf(response).content ?? {});
  return content ? faultsBy(content.schema, body) : body === undefined ? [] : ['there is a body'];
}

/** Says what is wrong with a body by a schema, or by one of the document by its name. */
export function faultsBy(schema: Schema | string, body: unknown): readonly string[] {
  const own = typeof schema === 'string' ? { $ref: `#/components/schemas/${schema}` } : schema;
  const validate: ValidateFunction = ajv.compile({ ...own, components: { schemas } });
  if (validate(body)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

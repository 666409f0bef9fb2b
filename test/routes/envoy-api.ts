import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  createFileRegistry,
  type DescField,
  type DescMessage,
  type DescOneof,
  fromBinary,
  fromJson,
  getOption,
  hasOption,
  type JsonValue,
  type Message,
} from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { type Any, anyUnpack, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { brokenRules, type Rules } from './envoy-rules.ts';

/** The published v3 API of Envoy: the bootstrap, what its filters are set with, and all below. `write-envoy-api.ts` writes the file. */
const registry = createFileRegistry(
  fromBinary(
    FileDescriptorSetSchema,
    gunzipSync(readFileSync(new URL('./envoy-api.binpb.gz', import.meta.url))),
  ),
);

/** What Envoy would not take of a bootstrap: a name, type or word that the API has not, or a value that its rules do not allow. */
export function faultsOf(bootstrap: unknown): readonly string[] {
  const type = messageOf('envoy.config.bootstrap.v3.Bootstrap');
  try {
    const message = fromJson(type, bootstrap as JsonValue, { registry });
    return faultsIn(reflect(type, message), 'bootstrap');
  } catch (fault) {
    return [String(fault)];
  }
}

function messageOf(name: string): DescMessage {
  const type = registry.getMessage(name);
  if (!type) throw new Error(`the API has no message ${name}`);
  return type;
}

/** What the rules of the API (`validate.rules`) do not allow in a message, and in those that it holds. */
function faultsIn(message: ReflectMessage, place: string): readonly string[] {
  const { desc } = message;
  if (desc.typeName === 'google.protobuf.Any') {
    const any = message.message as Any;
    const inner = anyUnpack(any, registry);
    if (!inner) return [`${place}: there is no message ${any.typeUrl}`];
    return faultsIn(reflect(messageOf(inner.$typeName), inner), place);
  }
  return [
    ...desc.oneofs
      .filter((oneof) => isRequired(oneof) && !message.oneofCase(oneof))
      .map((oneof) => `${place}.${oneof.name} is required`),
    ...desc.fields.flatMap((field) => fieldFaults(message, field, `${place}.${field.name}`)),
  ];
}

function fieldFaults(message: ReflectMessage, field: DescField, place: string): readonly string[] {
  if (field.oneof && !message.isSet(field)) return [];
  const isThere = message.isSet(field) || field.fieldKind !== 'message';
  const value: unknown = isThere ? message.get(field) : undefined;
  const own = brokenRules(value, rulesOf(field), place);
  return isThere ? [...own, ...innerFaults(value, field, place)] : own;
}

function innerFaults(value: unknown, field: DescField, place: string): readonly string[] {
  if (field.fieldKind === 'message') return faultsIn(value as ReflectMessage, place);
  if (field.fieldKind === 'list' && field.listKind === 'message')
    return [...(value as Iterable<ReflectMessage>)].flatMap((item, index) =>
      faultsIn(item, `${place}[${index}]`),
    );
  if (field.fieldKind === 'map' && field.mapKind === 'message')
    return [...(value as Iterable<[string, ReflectMessage]>)].flatMap(([key, item]) =>
      faultsIn(item, `${place}[${key}]`),
    );
  return [];
}

function rulesOf(field: DescField): Rules | undefined {
  const rules = extensionOf('validate.rules');
  return hasOption(field, rules) ? (getOption(field, rules) as Message as unknown as Rules) : undefined;
}

function isRequired(oneof: DescOneof): boolean {
  const required = extensionOf('validate.required');
  return hasOption(oneof, required) && getOption(oneof, required) === true;
}

function extensionOf(name: string) {
  const extension = registry.getExtension(name);
  if (!extension) throw new Error(`the API has no option ${name}`);
  return extension;
}

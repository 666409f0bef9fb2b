import './node-version.ts';

export { CountersignError, type FaultCode } from './core/fault.ts';
export type { Outcome } from './core/ledger/spending.ts';
export type { StoredRow } from './core/ledger/stored-row.ts';
export type { NestingFacts } from './core/nesting/compile.ts';
export type { Message } from './core/rule/message.ts';
export type { AddressKind } from './core/rule/recipient.ts';
export type { DialectModule as OwnModule } from './core/saving/module.ts';
export type { Mount } from './core/saving/mount.ts';
export type { Save, StoredRecord } from './core/saving/save.ts';
export type { Problem } from './core/verdict/problem.ts';
export type { UpstreamAnswer } from './core/verdict/verdict.ts';
export { type Body, treeOf, withoutCodes } from './core/wire/body.ts';
export type { Headers } from './core/wire/headers.ts';
export { at, isObject, type Json, type JsonObject, textOf } from './core/wire/json.ts';
export { codeOfField, type PresentedCode } from './core/wire/parameter.ts';
export { readJson } from './core/wire/read-json.ts';
export { writeJson } from './core/wire/write-json.ts';
export type {
  Call,
  Calls,
  Dialect,
  Envelope,
  Head,
  Reading,
  RecordDocument,
  RecordReading,
} from './dialects/dialect.ts';
export { codesIn, savesOf, unreadable } from './dialects/parts.ts';
export { problemEnvelope } from './dialects/problem-envelope.ts';
export type {
  OwnChannel,
  OwnDialect,
  OwnSettings,
  OwnStore,
  Plugin,
  PluginContext,
} from './plugins/plugin.ts';
export type {
  Channel,
  Clock,
  Delivery,
  Found,
  LedgerStore,
  Log,
  Report,
  ReportReader,
  ReportReading,
  ReportRequest,
} from './ports.ts';

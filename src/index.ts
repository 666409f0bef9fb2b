import './node-version.ts';

export type { ConfigInput, PluginInput } from './config/schema/schema.ts';
export { CountersignError, type FaultCode } from './core/fault.ts';
export type { StoredRow } from './core/ledger/stored-row.ts';
export type { Message } from './core/rule/message.ts';
export type { AuditEvent } from './core/verdict/audit-event.ts';
export type { Slug } from './core/verdict/problem.ts';
export { createGateway, type Gateway, type Listening } from './gateway/gateway.ts';
export { type CountersignMiddleware, countersign } from './gateway/middleware.ts';
export type { Adapters } from './gateway/own-adapters.ts';
export type { Reload } from './gateway/reload.ts';
export type { Plugin } from './plugins/plugin.ts';
export type {
  AuditSink,
  Channel,
  Clock,
  Delivery,
  Found,
  LedgerStore,
  Log,
  Random,
  Report,
  ReportReader,
  ReportReading,
  ReportRequest,
} from './ports.ts';

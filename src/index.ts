export type { ConfigInput } from './config/schema.ts';
export type { AuditEvent } from './core/audit-event.ts';
export { CountersignError, type FaultCode } from './core/fault.ts';
export type { Message } from './core/message.ts';
export type { Slug } from './core/problem.ts';
export type { Row } from './core/row.ts';
export { type Adapters, createGateway, type Gateway, type Listening } from './gateway.ts';
export { type CountersignMiddleware, countersign } from './middleware.ts';
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
export type { Reload } from './reload.ts';

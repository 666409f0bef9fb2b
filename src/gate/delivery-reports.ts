import { reported } from '../core/ledger/delivery-report.ts';
import type { Report, ReportRequest } from '../ports.ts';
import { referredTo } from './handles/reference.ts';
import { codeRows } from './ledger/rows.ts';
import type { Tools } from './ledger/tools.ts';

/** What providers say of messages. It is shown with the code, and changes nothing. */
export type Reports = {
  /** Whether the channel's provider may report. */
  areTakenFor(channel: string): boolean;
  /** The answer to a provider that asks, by a GET with this query, whether it has the right address; undefined where it has not. */
  greeting(channel: string, query: string): string | undefined;
  /**
   * Notes what is reported. `unsigned` where the request is not the provider's own. A reference that leads to no code is passed over:
   * it may be of one that is gone.
   */
  take(channel: string, request: ReportRequest): Promise<'taken' | 'unsigned' | 'unreadable'>;
};

/** What providers report, by the channels of these tools. */
export function createReports(tools: Tools): Reports {
  const readerOf = (channel: string) => tools.channels.get(channel)?.reports;
  return {
    areTakenFor: (channel) => readerOf(channel) !== undefined,
    greeting: (channel, query) => readerOf(channel)?.greet?.(query),
    async take(channel, request) {
      const reading = readerOf(channel)?.read(request) ?? { kind: 'unsigned' };
      if (reading.kind === 'unsigned') tools.metrics.reported({ channel, status: 'unsigned' });
      if (reading.kind !== 'reports') return reading.kind;
      for (const report of reading.reports) await note(report, channel, tools);
      return 'taken';
    },
  };
}

async function note({ reference, status }: Report, channel: string, tools: Tools): Promise<void> {
  const message = referredTo(reference, channel, tools.keyring);
  if (!message) return;
  const { key, ...about } = message;
  await codeRows.take(tools, [key], (row, now) => reported(row, now, { ...about, status }));
  tools.metrics.reported({ channel, status });
}

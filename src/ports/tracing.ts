import type { Headers } from '../core/wire/headers.ts';
import type { TraceContext } from '../core/wire/trace-context.ts';

/** What a span says beside its name and its times: names of the configuration and of our own lists, never a record, a user, an address or a code. */
export type Notes = Readonly<Record<string, string | number | string[]>>;

/** Spans of what is done about a request, where somebody collects them; else each task is run as it is. */
export interface Tracing {
  /** Runs what is done about one request in a span, below the one that its sender names. What is done after another one of the gateway stands beside that. */
  request<T>(
    name: 'guard' | 'follow' | 'send' | 'grant',
    about: { readonly modules: readonly string[]; readonly trace?: TraceContext | undefined },
    task: () => Promise<T>,
  ): Promise<T>;
  /** Says something of the request whose span is open. */
  note(notes: Notes): void;
  /** Says that it failed. */
  failed(fault: unknown): void;
  /** Ends its span, though its task may go on. */
  over(): void;
  /** Runs a part of it in a span of its own. */
  step<T>(
    name: 'read_record' | 'hash' | 'verify' | 'deliver' | 'forward',
    notes: Notes,
    task: (note: (notes: Notes) => void) => Promise<T>,
  ): Promise<T>;
  /** Whether a span is open: where none is, there are no steps either. */
  isOpen(): boolean;
  /** The headers that name the span that is open; none where there is none. */
  spanHeaders(): Headers;
}

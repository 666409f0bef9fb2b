import type { RequestHandler } from 'express';
import type { AuditReader, Bench, Journal, RadarView, RulesView } from '../../ports/console.ts';
import type { Clock } from '../../ports.ts';
import type { Origins } from '../request/origin.ts';
import type { WrongTokens } from '../request/wrong-tokens.ts';

/** What the console shows, and who may see it. */
export type ConsoleSettings = {
  readonly token: string | undefined;
  /** Names of hosts under which it may be called. */
  readonly hosts: readonly string[];
  /** The header in which a trusted proxy names who asks. */
  readonly users: { readonly header: string } | undefined;
  readonly origins: Origins;
  readonly clock: Clock;
  /** Wrong tokens, wherever on the admin listener. */
  readonly wrong: WrongTokens;
  readonly journal: Journal;
  radar(): RadarView;
  rules(): RulesView;
  /** Undefined where no audit is written. */
  readonly audit: AuditReader | undefined;
  readonly bench: Bench | undefined;
};

/** A step of the way of a request, as Express runs it. */
export type Middleware = RequestHandler;

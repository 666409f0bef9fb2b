import { formatProblems } from '../../src/config/explain/problem.ts';
import { compileOptions, type Loaded } from '../../src/config/load.ts';

type Group = Record<string, unknown>;

/** The least that a rule needs. */
export function aRule(changes: Group = {}): Group {
  return {
    name: 'Delivery Confirmation OTP',
    module: 'DeliveryNotes',
    when: { changed_to: ['status', 'Delivered'] },
    send: { to: [{ channel: 'email', address: 'email' }] },
    ...changes,
  };
}

/** The least that a configuration needs, with changes at its top. */
export function aConfig(changes: Group = {}): Group {
  return {
    version: 1,
    upstream: { url: 'http://127.0.0.1:3000' },
    secret: 'a secret of more than thirty-two bytes',
    store: { kind: 'sqlite', path: 'countersign.db' },
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
    channels: { email: { kind: 'outbox' } },
    rules: [aRule()],
    ...changes,
  };
}

/** Every problem, or every warning where there is no error, a line each. */
export function toldOf(loaded: Loaded): string {
  return formatProblems(loaded.ok ? loaded.warnings : loaded.problems);
}

export function told(changes: Group, env: Record<string, string> = {}): string {
  return toldOf(compileOptions(aConfig(changes), env));
}

import { withoutChain } from '../../audit/audit-seal.ts';
import type { AuditEvent } from '../../core/verdict/audit-event.ts';
import { visible } from '../terminal/visible.ts';

/** An event as people read it. Texts of others are quoted, so that no text looks like a line of its own. */
export function sentenceOf(event: AuditEvent): string {
  const { at, request, user, ip, event: what, ...rest } = withoutChain(event);
  const told = Object.entries(rest)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(' ');
  return visible(
    `${at} ${what} ${told} user=${JSON.stringify(user)} ip=${ip} request=${JSON.stringify(request)}`,
  );
}

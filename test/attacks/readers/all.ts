import { dotnet } from './dotnet.ts';
import { gson } from './gson.ts';
import { jackson } from './jackson.ts';
import { storesDelivered } from './mysql.ts';
import { node } from './node.ts';
import { php } from './php.ts';
import type { Forwarded, Reader } from './reader.ts';
import { leadsToNotes, mayWrite } from './server.ts';
import { servlet } from './servlet.ts';

/** Every reader that may stand behind the gateway. */
export const READERS: Readonly<Record<string, Reader>> = { php, gson, jackson, servlet, dotnet, node };

/** The readers to whom the request delivers a note; none of them may, where no code came along. */
export function deliveredTo(request: Forwarded): readonly string[] {
  if (!mayWrite(request) || !leadsToNotes(request)) return [];
  return Object.entries(READERS)
    .filter(([, reader]) => reader(request).some(storesDelivered))
    .map(([name]) => name);
}

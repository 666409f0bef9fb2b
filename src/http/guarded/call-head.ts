import type { ModuleDefinition } from '../../core/saving/module.ts';
import { canonical, type Headers, meaningOf, strangeContentIn } from '../../core/wire/headers.ts';
import { isParameter } from '../../core/wire/parameter.ts';
import { readHeadersOf } from '../../dialects/caller-headers.ts';
import { mayChoose } from '../../dialects/choosing-headers.ts';
import { headFault } from '../request/head-fault.ts';
import { isCall } from './called-by-header.ts';

/** Those that a batch's own framing has anyway, and that mean nothing else within it. */
const HARMLESS = new Set(['host', 'content-length', 'x-request-id']);

/**
 * What in the headers of a request within a batch some server takes for another request than the one that is judged, or undefined: another
 * method, path, place or coding, or somebody else who asks.
 */
export function callHeadFault(
  headers: Headers,
  definitions: readonly ModuleDefinition[],
): string | undefined {
  const fault = headFault(headers);
  if (fault) return fault.detail;
  const [content] = strangeContentIn(headers);
  if (content !== undefined) return `Leave out its header "${content}".`;
  // Of two that go with our own reads, only the batch's would be judged.
  const owners = new Set(['authorization', 'cookie', ...definitions.flatMap(readHeadersOf)].map(canonical));
  for (const [name, value] of headers) {
    const { canonical: key, isOurs, isMethodOverride } = meaningOf(name);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a line end would begin another header
    if (/[\u0000-\u001f\u007f]/.test(value)) return `Write its header "${name}" on one line.`;
    if (isCall(name, definitions))
      return `Leave out its header "${name}": it may choose what the request does.`;
    if (isMethodOverride) return 'Send the call by the method that you mean.';
    if (owners.has(key))
      return `Leave out its header "${name}": who asks says the batch, and none of its requests.`;
    if (!isParameter(name) && definitions.some((one) => isJudged([name, value], one)))
      return `Leave out its header "${name}", or send it with the batch: the CRM may choose the record by it. Where it does not, name it in "neutralHeaders" of the module.`;
    const isMeant = !isOurs || HARMLESS.has(key) || isParameter(name);
    if (!isMeant || key === 'content-encoding') return `Leave out its header "${name}".`;
  }
  return undefined;
}

/** Whether the module wants saves judged by this header. Our own reads bring those of the batch alone. */
function isJudged(header: Headers[number], definition: ModuleDefinition): boolean {
  return definition.unknownHeaders === 'judge' && mayChoose(header, definition);
}

import { pathPatternOf } from '../../core/wire/path-pattern.ts';
import type { Log } from '../../ports.ts';
import type { Exchange } from './exchange.ts';

/** The requests that go on to the CRM unread while their bodies still arrive. */
export type Uploads = {
  /** Counts one more, until the function that it gives is called. */
  begin(exchange: Exchange): () => void;
  /** Cuts those whose end has not come, but for those that `goOn` accepts as they were asked for: the CRM gets no whole request. */
  close(goOn: (asked: Exchange) => boolean): void;
};

/** No upload is under way yet. */
export function createUploads(log: Log): Uploads {
  const open = new Set<Exchange>();
  return {
    begin(exchange) {
      open.add(exchange);
      return () => open.delete(exchange);
    },
    close(goOn) {
      // What brings no body is complete from its beginning.
      for (const one of open) {
        if (one.request.complete || goOn(one)) continue;
        one.response.destroy();
        log.warn(
          { request: one.origin.requestId, method: one.method, path: pathPatternOf(one.target.path) },
          CUT,
        );
      }
    },
  };
}

const CUT =
  'a request was cut while its body arrived: it went on unread, and would not under the new configuration; its client may send it again';

import { pathPatternOf } from '../../core/wire/path-pattern.ts';
import type { Log } from '../../ports.ts';
import type { Exchange } from './exchange.ts';

/** The requests that go on to the CRM unread while their bodies still arrive. */
export type Uploads = {
  /** Counts one more, until the function that it gives is called. One that begins after a `close` is cut as those before it were. */
  begin(exchange: Exchange): () => void;
  /** Cuts those whose end has not come, but for those that `goOn` accepts as they were asked for: the CRM gets no whole request. */
  close(goOn: (asked: Exchange) => boolean): void;
};

/** No upload is under way yet. */
export function createUploads(log: Log): Uploads {
  const open = new Set<Exchange>();
  let mayGoOn = (_asked: Exchange) => true;
  const look = (one: Exchange) => {
    // What brings no body is complete from its beginning.
    if (one.request.complete || mayGoOn(one)) return;
    one.response.destroy();
    log.warn(
      { request: one.origin.requestId, method: one.method, path: pathPatternOf(one.target.path) },
      CUT,
    );
  };
  return {
    begin(exchange) {
      open.add(exchange);
      // Its caller may have been looked for while the configuration was replaced.
      look(exchange);
      return () => open.delete(exchange);
    },
    close(goOn) {
      mayGoOn = goOn;
      for (const one of open) look(one);
    },
  };
}

const CUT =
  'a request was cut while its body arrived: it went on unread, and would not under the new configuration; its client may send it again';

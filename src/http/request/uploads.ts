import { announcesBody } from '../../core/wire/headers.ts';
import type { Exchange } from './exchange.ts';

/** The requests that go on to the CRM unread while their bodies still arrive. */
export type Uploads = {
  /** Counts one more, until the function that it gives is called. */
  begin(exchange: Exchange): () => void;
  /** Cuts those whose end has not come, but for those that `goOn` accepts as they were asked for: the CRM gets no whole request. */
  close(goOn: (asked: Exchange) => boolean): void;
};

/** No upload is under way yet. */
export function createUploads(): Uploads {
  const open = new Set<Exchange>();
  return {
    begin(exchange) {
      if (!announcesBody(exchange.headers)) return NONE;
      open.add(exchange);
      return () => open.delete(exchange);
    },
    close(goOn) {
      for (const one of open) if (!one.request.complete && !goOn(one)) one.response.destroy();
    },
  };
}

const NONE = () => {};

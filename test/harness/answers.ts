import type { Answer, Received } from './crm.ts';

export { refuse } from '../../src/testing/stand-in.ts';

/*
 * What a CRM can do to a gateway, for `crm.answerWith`. In each, the request came to its end before.
 */

/** Never an answer. */
export const hang: Answer = () => undefined;

/** The connection is reset before a byte of an answer. */
export const cutBeforeHeaders: Answer = (_received, response) => {
  response.socket?.destroy();
};

/** A promise of many bytes, of which the first few come, and then a cut. */
export function cutAfter(bytes: number, body = '{"id":"45","status":"Delivered"}'): Answer {
  return (_received, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.write(body.slice(0, bytes), () => response.socket?.destroy());
  };
}

/** A redirect, as to a login page. */
export function redirect(location: string, status = 302): Answer {
  return (_received, response) => {
    response.writeHead(status, { location }).end();
  };
}

/** A page where JSON was asked for. */
export function html(status = 200, page = '<!doctype html><title>Log in</title>'): Answer {
  return (_received, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end(page);
  };
}

/** Bytes and headers as they are given. */
export function raw(status: number, headers: Record<string, string>, body: Uint8Array | string): Answer {
  return (_received, response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** What the CRM would have done, that much later. */
export function slow(delayMs: number): Answer {
  return (_received, _response, proceed) => {
    setTimeout(proceed, delayMs);
  };
}

/** What the CRM would have done, once `gate` resolves. */
export function after(gate: Promise<unknown>): Answer {
  return (_received, _response, proceed) => void gate.then(proceed);
}

/** This answer to saves only. */
export function onSaves(answer: Answer): Answer {
  return when(({ method }) => method !== 'GET', answer);
}

/** This answer to reads only. */
export function onReads(answer: Answer): Answer {
  return when(({ method }) => method === 'GET', answer);
}

/** This answer where the condition holds; elsewhere the CRM's own. */
export function when(condition: (received: Received) => boolean, answer: Answer): Answer {
  return (received, response, proceed) =>
    condition(received) ? answer(received, response, proceed) : proceed();
}

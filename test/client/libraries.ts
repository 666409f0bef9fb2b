import got from 'got';
import superagent from 'superagent';

/** got, called as `fetch` is. */
export const gotFetch: typeof fetch = async (input, init = {}) => {
  const { rawBody, statusCode, headers } = await got(String(input), {
    method: (init.method ?? 'GET') as 'PATCH',
    headers: Object.fromEntries(new Headers(init.headers)),
    ...(typeof init.body === 'string' && { body: init.body }),
    ...(init.signal && { signal: init.signal }),
    throwHttpErrors: false,
    retry: { limit: 0 },
    responseType: 'buffer',
  });
  return new Response(statusCode === 204 ? null : new Uint8Array(rawBody), {
    status: statusCode,
    headers: Object.entries(headers).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  });
};

/** superagent, called as `fetch` is. */
export const superagentFetch: typeof fetch = async (input, init = {}) => {
  const asked = superagent(init.method ?? 'GET', String(input));
  const { status, headers, text } = await asked
    .set(Object.fromEntries(new Headers(init.headers)))
    .ok(() => true)
    .send(init.body as string);
  return new Response(status === 204 ? null : text, { status, headers });
};

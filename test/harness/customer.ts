/** An answer of a page, read to its end. */
export type PageAnswered = {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** Whether there is something to answer. */
  readonly hasForm: boolean;
  /** What it says first. */
  readonly heading: string;
};

/** The customer who opens the link of a message, with whatever can be sent by HTTP. */
export type Customer = {
  /** What stands at the end of the link. */
  readonly token: string;
  open(headers?: Record<string, string>): Promise<PageAnswered>;
  /** Opens the page, and presses one of its buttons. */
  press(answer: 'yes' | 'no', headers?: Record<string, string>): Promise<PageAnswered>;
  /** Sends these fields. */
  post(fields: Record<string, string> | string, headers?: Record<string, string>): Promise<PageAnswered>;
  /** Any request. */
  send(init: RequestInit): Promise<PageAnswered>;
};

/** The customer with this link, at the gateway at `url`, whatever its pages are called. */
export function customerAt(url: string, link: string): Customer {
  const path = link.slice(link.indexOf('/_countersign'));
  const send = async (init: RequestInit): Promise<PageAnswered> => {
    const response = await fetch(url + path, { redirect: 'manual', ...init });
    const html = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      html,
      hasForm: /<form|<button|<input/.test(html),
      heading: /<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? '',
    };
  };
  const post: Customer['post'] = (fields, headers = {}) =>
    send({
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
    });
  return {
    token: path.slice(path.lastIndexOf('/') + 1),
    open: (headers = {}) => send({ headers }),
    async press(answer, headers) {
      const { html } = await send({});
      return post({ page: pageTokenIn(html), answer }, headers);
    },
    post,
    send,
  };
}

/** The page's own token. */
export function pageTokenIn(html: string): string {
  return /name="page" value="([^"]+)"/.exec(html)?.[1] ?? '';
}

/** The rows of changes as they are read: field, before, after; what stays as it is has one value. */
export function changesIn(html: string): readonly (readonly string[])[] {
  const rows = html.matchAll(/<tr><th scope="row">(.*?)<\/th><td>(.*?)<\/td><\/tr>/gs);
  return [...rows].map(([, field = '', cell = '']) => {
    const [, before, after] = /^<del>(.*?)<\/del> <ins>(.*?)<\/ins>$/s.exec(cell) ?? [];
    return [field, ...(before === undefined || after === undefined ? [cell] : [before, after])].map(textOf);
  });
}

function textOf(html: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return html.replace(/<[^>]*>/g, '').replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name] ?? '');
}

import { type Client, call, type System } from '../system.ts';
import { doorsOf } from './doors.ts';
import { DELIVERED, FORM, type Hands, handsOf } from './hands.ts';
import { startWordpress } from './server.ts';

type Post = {
  readonly id: number;
  readonly status: string;
  readonly title: { readonly raw: string };
  readonly meta: Record<string, unknown>;
};

/** Debian's WordPress on MariaDB, with the client that its own pages have. */
export async function openWordpress(folder: string): Promise<System> {
  const { stop, url, ...ids } = await startWordpress(folder);
  const authorization = `Basic ${Buffer.from(`rep:${ids.password}`).toString('base64')}`;
  const direct = (method: string, path: string, body?: unknown) =>
    call(`${url}/wp-json/wp/v2/${path}`, method, body, { authorization }) as Promise<Post>;
  return {
    url,
    client: async (gateway) => clientOf(await handsOf(gateway, { ...ids, url, folder })),
    async stored() {
      const { meta } = await direct('GET', `deliveries/${ids.delivery}`);
      const owner = await direct('GET', `customers/${ids.ann}?context=edit`);
      const all = (await direct(
        'GET',
        'deliveries?status=any&per_page=100&_fields=meta',
      )) as unknown as Post[];
      const delivered = all.filter((one) => one.meta['delivery_status'] !== 'Open').length;
      const status = [meta['delivery_status'], delivered];
      return { status, owner: meta['customer_id'], email: [owner.status, owner.meta['email']] };
    },
    async reset() {
      const meta = { delivery_status: 'Open', customer_id: ids.ann, note: '' };
      await direct('POST', `deliveries/${ids.delivery}`, { title: 'Box of 12', status: 'publish', meta });
      await direct('POST', `customers/${ids.ann}`, {
        title: 'Ann',
        status: 'publish',
        meta: { email: 'ann@example.com' },
      });
    },
    stop,
  };
}

function clientOf(hands: Hands): Client {
  const { send, rest, browse, direct, apiFetch, withCode, path, ann, delivery } = hands;
  const at = `deliveries/${delivery}`;
  /** Makes the save, and looks at what WordPress itself has then. */
  const saves = async (act: () => Promise<unknown>, title: string, note?: string) => {
    await act();
    const post = (await direct('GET', `${at}?context=edit`)) as Post;
    const isSaved = post.title.raw === title && (note === undefined || post.meta['note'] === note);
    if (!isSaved) throw new Error(`stored is ${JSON.stringify([post.title.raw, post.meta])}`);
  };
  const made = async (data: object) =>
    (await send('deliveries', 'POST', { status: 'publish', ...data })) as Post;
  const isGone = (id: number) =>
    direct('GET', `deliveries/${id}`).then(
      () => Promise.reject(new Error('it is still there')),
      () => undefined,
    );
  const batch = (...requests: readonly object[]) =>
    apiFetch({ path: '/batch/v1', method: 'POST', data: { requests } });
  const form = (fields: Record<string, string>) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    return data;
  };
  return {
    works: [
      ['list', () => send('deliveries?per_page=2&orderby=title&search=box')],
      ['list all of them', () => send('deliveries?per_page=-1&_fields=id,meta')],
      ['read', () => send(`${at}?context=edit`)],
      ['read with what it refers to', () => send(`${at}?_embed`)],
      ['describe', () => apiFetch({ path: '/wp/v2/deliveries', method: 'OPTIONS' })],
      ['who am I', () => send('users/me')],
      ['create', () => made({ title: 'New', meta: { customer_id: ann } })],
      ['create without meta', () => made({ title: 'New' })],
      [
        'create and delete',
        async () => {
          const { id } = await made({ title: 'Short' });
          await send(`deliveries/${id}?force=true`, 'DELETE');
          await isGone(id);
        },
      ],
      ['update of the title', () => saves(() => send(at, 'PUT', { title: 'A' }), 'A')],
      ['update of a title in an object', () => saves(() => send(at, 'POST', { title: { raw: 'B' } }), 'B')],
      ['update of meta', () => saves(() => send(at, 'PUT', { meta: { note: 'c' } }), 'B', 'c')],
      [
        'update of all that was read',
        async () => {
          const { id, meta, title } = (await send(`${at}?context=edit`)) as Post;
          await saves(
            () => send(at, 'PUT', { id, title: title.raw, meta: { ...meta, note: 'd' } }),
            'B',
            'd',
          );
        },
      ],
      [
        'update whose answer is cut down',
        () =>
          saves(
            () => send(`${at}?_fields=id`, 'PATCH', { title: 'E', meta: { note: 'e', customer_id: ann } }),
            'E',
            'e',
          ),
      ],
      ['autosave', () => send(`${at}/autosaves`, 'POST', { title: 'draft' })],
      [
        'a batch of two',
        () =>
          saves(
            () =>
              batch(
                { method: 'PUT', path: `/wp/v2/${at}`, body: { title: 'F', meta: { note: 'f' } } },
                { method: 'POST', path: `/wp/v2/customers/${ann}`, body: { title: 'Anne' } },
              ),
            'F',
            'f',
          ),
      ],
      [
        'update of a customer',
        () => send(`customers/${ann}`, 'PUT', { title: 'Anne', meta: { email: 'ann@example.com' } }),
      ],
      ['a comment', () => send('comments', 'POST', { post: delivery, content: 'rang twice' })],
      [
        'a file',
        () => {
          const data = form({ title: 'a picture' });
          data.append('file', new Blob([PICTURE], { type: 'image/gif' }), 'box.gif');
          return apiFetch({ path: '/wp/v2/media', method: 'POST', body: data });
        },
      ],
      ['REST: PATCH', () => saves(() => rest('PATCH', path, { title: 'G', meta: { note: 'g' } }), 'G', 'g')],
      ['REST: a form', () => saves(() => rest('POST', path, 'title=H&meta[note]=h', FORM), 'H', 'h')],
      ['REST: a form by PUT', () => saves(() => rest('PUT', path, 'title=I&meta[note]=i', FORM), 'I', 'i')],
      [
        'REST: a form with parts',
        () =>
          saves(
            () =>
              apiFetch({
                path: `/wp/v2/${at}`,
                method: 'POST',
                body: form({ title: 'J', 'meta[note]': 'j' }),
              }),
            'J',
            'j',
          ),
      ],
      ['in a session: read', () => browse('GET', `${path}?context=edit`)],
      [
        'in a session: update',
        () => saves(() => browse('POST', path, { title: 'K', meta: { note: 'k' } }), 'K', 'k'),
      ],
    ],
    save: (code) => withCode(code, () => send(at, 'PUT', { title: 'At the door', ...DELIVERED })),
    saves: [
      [
        'a batch',
        (code) => withCode(code, () => batch({ method: 'PUT', path: `/wp/v2/${at}`, body: DELIVERED })),
      ],
      ['a form', (code) => withCode(code, () => rest('POST', path, 'meta[delivery_status]=Delivered', FORM))],
      ['PATCH in a session', (code) => withCode(code, () => browse('PATCH', path, DELIVERED))],
    ],
    doors: doorsOf(hands),
  };
}

const PICTURE = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');

import type { Step } from '../system.ts';
import { FORM, type Hands } from './hands.ts';

/** By what WordPress has beside its API: XML-RPC, and the pages of its administration, in a session of a browser. */
export function pagesOf({ rest, browse, nonceOf, ann, delivery, row }: Hands): readonly Step[] {
  const send = (path: string, fields: Record<string, string>) =>
    browse('POST', `/wp-admin/${path}`, `${new URLSearchParams(fields)}`, FORM);
  const visit = (path: string, fields: Record<string, string>) =>
    browse('GET', `/wp-admin/${path}?${new URLSearchParams(fields)}`);
  const status = { [`meta[${row}][key]`]: 'delivery_status', [`meta[${row}][value]`]: 'Delivered' };
  const edited = async () => ({
    ...{ action: 'editpost', post_ID: String(delivery), post_type: 'delivery', post_title: 'x', ...status },
    _wpnonce: await nonceOf(`update-post_${delivery}`),
  });
  const xml = xmlOf('wp.editPost', ['1', 'rep', 'password-of-a-run', String(ann)]);
  return [
    ['XML-RPC', () => rest('POST', '/xmlrpc.php', xml, XML)],
    ['XML-RPC, which is called a form', () => rest('POST', '/xmlrpc.php', xml, FORM)],
    ['XML-RPC behind its script', () => rest('POST', '/xmlrpc.php/wp-json/wp/v2/media', xml, XML)],
    ['the page of the delivery', async () => send('post.php', await edited())],
    ['the page of the delivery, in a GET', async () => visit('post.php', await edited())],
    [
      'a field by admin-ajax',
      async () =>
        send('admin-ajax.php', {
          ...{ action: 'add-meta', post_id: String(delivery), ...status },
          '_ajax_nonce-add-meta': await nonceOf('add-meta'),
        }),
    ],
    [
      'the owner in the bin, by a GET of a page',
      async () => {
        const _wpnonce = await nonceOf(`trash-post_${ann}`);
        return visit('post.php', { action: 'trash', post: String(ann), _wpnonce });
      },
    ],
    [
      'the owner in the bin, by a GET of a list',
      async () => {
        const _wpnonce = await nonceOf('bulk-posts');
        return visit('edit.php', { post_type: 'customer', action: 'trash', 'post[]': String(ann), _wpnonce });
      },
    ],
    [
      'the status of the owner, by a GET of a list',
      async () => {
        const _wpnonce = await nonceOf('bulk-posts');
        const fields = { post_type: 'customer', action: 'edit', bulk_edit: 'Update', _status: 'private' };
        return visit('edit.php', { ...fields, 'post[]': String(ann), post_view: 'list', _wpnonce });
      },
    ],
  ];
}

const XML = { 'content-type': 'text/xml' };

/** A call after whose texts it says that a post is private now. */
function xmlOf(method: string, texts: readonly string[]): string {
  const param = (value: string) => `<param><value>${value}</value></param>`;
  const fields =
    '<struct><member><name>post_status</name><value><string>private</string></value></member></struct>';
  const params = [...texts.map((text) => `<string>${text}</string>`), fields].map(param).join('');
  return `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
}

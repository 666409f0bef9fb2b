import { type Asked, type Said, type StandIn, startStandIn } from '../../harness/stand-in.ts';

export type Records = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A CRM that takes whatever it is sent, and remembers it. */
export type Shop = StandIn & { set(id: string, fields: Readonly<Record<string, unknown>>): void };

/** The CRM of a case: its records under their ids, whatever the module, and the manner that the case names. */
export async function startShop(records: Records, manner = ''): Promise<Shop> {
  const stored = new Map(Object.entries(records).map(([id, fields]) => [id, { ...fields }]));
  const set = (id: string, fields: Readonly<Record<string, unknown>>) =>
    stored.set(id, { ...stored.get(id), ...fields });
  const standIn = await startStandIn((asked) => (manner.startsWith('Vtiger') ? vtiger : plain)(asked));

  function plain(asked: Asked): Said {
    const id = decodeURIComponent(asked.pathname.split('/').at(-1) ?? '');
    const record = stored.get(id);
    if (asked.method === 'GET' || asked.method === 'HEAD') return shown(asked, record);
    if (asked.method === 'DELETE') {
      stored.delete(id);
      if (manner.startsWith('empties'))
        for (const [other, fields] of stored) if (fields['contact_id'] === id) set(other, { contact_id: '' });
      return { status: 204 };
    }
    if (record && !Array.isArray(asked.json)) set(id, asked.json);
    return { status: 200, body: stored.get(id) ?? {} };
  }

  function shown(asked: Asked, record: object | undefined): Said {
    const each = /^answers each GET with (\d+)/.exec(manner)?.[1];
    if (each !== undefined) return { status: Number(each), body: {} };
    const [, name = '', value, other = ''] =
      /^answers a GET (?:that has|with) ([A-Z][\w-]+)(?:: (\S+))? with (.*)$/.exec(manner) ?? [];
    const steered = name && asked.header(name.toLowerCase());
    if (steered && (value === undefined || steered === value))
      return { status: 200, body: JSON.parse(other) };
    if (!record) return { status: 200, body: [...stored.values()] };
    const etag = /the header ETag: (.*)$/.exec(manner)?.[1];
    const body = manner.includes('JSON:API') ? { data: { attributes: record } } : record;
    return { status: 200, body, ...(etag && { headers: { etag } }) };
  }

  function vtiger({ method, query, body }: Asked): Said {
    const form = method === 'GET' ? query : new URLSearchParams(body.toString());
    const failed = {
      success: false,
      error: { code: 'INVALID_SESSIONID', message: 'Session Identifier provided is Invalid' },
    };
    if (form.get('sessionName') !== 'abc123') return { status: 200, body: failed };
    if (form.get('operation') === 'retrieve')
      return { status: 200, body: { success: true, result: stored.get(form.get('id') ?? '') } };
    const element: { readonly id: string } = JSON.parse(form.get('element') ?? '{}');
    set(element.id, element);
    return { status: 200, body: { success: true, result: stored.get(element.id) } };
  }

  return { ...standIn, set };
}

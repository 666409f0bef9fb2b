import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, draftOf } from './disguises/draft.ts';
import { COLUMNS, type HonestSave, PLAIN, SEARCHED, WITH_COLUMNS } from './disguises/honest-names.ts';
import { type NamesStage, openNamesStage } from './names-stage.ts';

describe.each<[string, object, readonly HonestSave[]]>([
  ['whose columns are declared', { values: COLUMNS }, [...PLAIN, ...WITH_COLUMNS]],
  ['that is flat, with nothing declared', {}, PLAIN],
  ['of which undeclared members are searched', { nested: 'judge' }, [...PLAIN, ...SEARCHED]],
])('a save %s', (_, changes, saves) => {
  let stage: NamesStage;
  beforeAll(async () => {
    stage = await openNamesStage(changes);
  });
  afterAll(() => stage.close());

  it.each(saves)('arrives once, and means the same: %s', async (_what, contentType, body) => {
    const mails = stage.gateway.outbox.messages().length;
    const { answer, arrived } = await stage.send(bytesOf(draftOf(contentType, body, 'PATCH')));
    expect([answer.status, String(answer.body)]).toEqual([200, expect.any(String)]);
    expect(arrived.map((save) => meaningOf(contentType, save.body))).toEqual([
      meaningOf(contentType, Buffer.from(body)),
    ]);
    expect(stage.gateway.outbox.messages()).toHaveLength(mails);
  });
});

/** What a strict reader finds: members and values of JSON, names and values of a form, the parts of a multipart form. */
function meaningOf(contentType: string, body: Buffer): unknown {
  const text = body.toString('latin1');
  if (contentType.startsWith('multipart/')) {
    return [...text.matchAll(/name="([^"]*)"(?:; filename="([^"]*)")?.*?\r\n\r\n(.*?)\r\n--/gs)].map(
      ([, name, filename, content]) => [name, filename, content],
    );
  }
  return contentType.endsWith('json') ? JSON.parse(body.toString()) : [...new URLSearchParams(text)];
}

import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { raw } from '../harness/answers.ts';
import { openWorld } from '../harness/world.ts';

it.each([2_000, 70_000, 200_000])('an upload of %d bytes is whole before it is read', async (bytes) => {
  const { crm, url } = await openWorld({ body: { memory: 1000 } });
  crm.answerWith(raw(200, {}, '{}'));
  const handle = await open(new URL(import.meta.url));
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const writeFile = prototype.writeFile;
  using _slow = vi.spyOn(prototype, 'writeFile').mockImplementation(async function (
    this: FileHandle,
    ...words
  ) {
    await pause(20);
    return writeFile.apply(this, words);
  });
  const form = new FormData();
  form.set('subject', 'Three boxes');
  form.set('file', new Blob([Buffer.alloc(bytes, 'a')]), 'photo.jpg');
  const answer = await fetch(`${url}/api/DeliveryNotes/45`, {
    method: 'PUT',
    headers: { authorization: 'Bearer rep' },
    body: form,
  });
  expect(answer.status).toBe(200);
  expect(crm.saves).toHaveLength(1);
  expect(crm.saves[0]?.body.toString('latin1')).toContain('a'.repeat(bytes));
});

import { expect, it } from 'vitest';
import { createSpool } from '../../src/http/body/spool.ts';

it('a file that is still being opened when its upload is cut is still closed', async () => {
  const spool = createSpool(4);
  const writing = spool.append(Buffer.from('more than four bytes'));
  await spool.close();
  await writing;
  await expect(spool.append(Buffer.from('to a file that is gone'))).rejects.toMatchObject({
    code: 'spool-unavailable',
  });
});

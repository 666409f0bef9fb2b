import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Channel, Delivery, Plugin } from 'countersign/plugin';
import { z } from 'zod';

type Settings = { readonly folder: string; readonly token: string };

/** A loft, in which each message is a file that is marked with the token. It stands for a provider of your own. */
function createPigeon({ folder, token }: Settings): Channel {
  return {
    addressKind: 'opaque',
    async deliver({ address, text }): Promise<Delivery> {
      try {
        await writeFile(join(folder, `${randomUUID()}.json`), JSON.stringify({ token, to: address, text }), {
          mode: 0o600,
          flag: 'wx',
        });
        return { kind: 'accepted' };
      } catch {
        return { kind: 'refused', reason: 'nothing can be left there' };
      }
    },
    close: async () => undefined,
  };
}

// biome-ignore lint/style/noDefaultExport: that is what a plug-in is
export default {
  name: 'pigeon',
  channels: {
    pigeon: {
      schema: z.strictObject({ folder: z.string().min(1).describe('The loft.') }),
      secrets: ['token'],
      async open(settings: Settings, context) {
        const folder = resolve(context.folder, settings.folder);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        return createPigeon({ ...settings, folder });
      },
    },
  },
} satisfies Plugin;

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeChannel } from 'countersign/testing/contracts';
import pigeon from './pigeon.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describeChannel(
  'pigeon',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-loft-'));
    const settings = { folder: 'loft', token: 'a ring' };
    const loft = join(folder, 'loft');
    return {
      channel: await pigeon.channels.pigeon.open(settings, { folder, clock: { now: Date.now }, log }),
      arrived: async () =>
        readdirSync(loft).map((name) => {
          const { to, text } = JSON.parse(readFileSync(join(loft, name), 'utf8')) as Record<string, string>;
          return { to: [String(to)], text: String(text) };
        }),
      breakDown: async () => rmSync(loft, { recursive: true }),
      close: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
  { addressOf: (index) => `loft ${index}`, carries: 'text' },
);

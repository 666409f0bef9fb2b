import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { PROGRAM } from '../../harness/program.ts';
import { type Case, cases, configOf } from './case.ts';
import { ELSEWHERE } from './elsewhere.ts';
import { faultsOf } from './judge.ts';
import { largeRequestOf } from './large-bodies.ts';
import { openPlayer, type Player } from './replay.ts';

/** The kinds of attacks that do not get through any more. `CASES=kind,id` plays others, and those alone. */
const CLOSED: readonly string[] = [
  'a closed world',
  'honest',
  'refusals in the audit',
  'names below and beside',
  'one name in several cases',
  'codes by hand',
  'addresses by hand',
  'filling in an address',
  'one change, one code',
  'deleting the owner',
  'numbers and truths',
  'what the customer reads',
  'our own read',
  'unmapped reads',
  'addresses as people write them',
  'answers that tell the truth',
  'honest, nested',
  'other traffic',
];

const asked = process.env['CASES']?.split(',');
const isPlayed = ({ id, kind }: Case) =>
  asked ? asked.some((one) => id === one || kind === one || id.startsWith(`${one}-`)) : CLOSED.includes(kind);

const played = cases.filter(isPlayed);
const titled = (some: readonly Case[]) =>
  some.map((one) => [`${one.kind}: ${one.why} (${one.id})`, one] as const);

let player: Player;
beforeAll(async () => {
  player = await openPlayer();
});
afterAll(() => player.close());

/** "2" in each script that has digits of its own. */
const TWOS = Array.from({ length: 0x110000 }, (_, point) => point)
  .filter((point) => (point < 0xd800 || point > 0xdfff) && /\p{Nd}/u.test(String.fromCodePoint(point)))
  .filter((_, index) => index % 10 === 2)
  .map((point) => String.fromCodePoint(point));

/** So long a request may hold the gateway's loop, in time of the processor: a second, and on a slow machine it takes longer. */
const MOST_HELD_MS = 2000;

describe('what was tried on a gateway', () => {
  it('is played, each by its id, here or elsewhere', () => {
    const isHere = ({ id, requests, steps }: Case) =>
      requests !== undefined ||
      steps === 'countersign check' ||
      id === 'A10-all-scripts' ||
      largeRequestOf(id) !== undefined;
    expect(cases.filter((one) => !CLOSED.includes(one.kind) || !isHere(one)).map(({ id }) => id)).toEqual([]);
    const ids = [...cases, ...ELSEWHERE].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(ELSEWHERE)('$id is played by $file: $why', ({ file, test }) => {
    expect(readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')).toContain(`'${test}'`);
  });

  it.each(titled(played.filter(({ id }) => largeRequestOf(id))))('%s', async (_title, one) => {
    const bytes = largeRequestOf(one.id) ?? Buffer.alloc(0);
    const ping = 'GET /open/ping HTTP/1.1\r\nHost: x\r\n\r\n';
    const { exchanges } = await player.play({ ...one, requests: [ping, { bytes }, ping] });
    expect(exchanges.map(({ answer }) => answer.status)).toEqual([200, expect.any(Number), 200]);
    expect(exchanges[1]?.heldMs).toBeLessThan(MOST_HELD_MS);
  });

  it.each(titled(played.filter(({ requests }) => requests !== undefined)))('%s', async (_title, one) => {
    expect(faultsOf(one.expect, await player.play(one))).toEqual([]);
  });

  const checked = played.filter(({ steps }) => steps === 'countersign check');
  it.each(titled(checked))('%s', (_title, one) => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-check-'));
    const path = join(folder, 'countersign.yaml');
    writeFileSync(path, stringify(configOf(one)));
    const env = {
      ...process.env,
      COUNTERSIGN_SECRET: 'a secret for tests, which nobody needs to keep',
      HOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    };
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'check', '-c', path], {
      env,
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    expect(status, stdout + stderr).toBe(one.expect.exit);
    if (one.id === 'H-check-verbatim') expect(stdout + stderr).not.toMatch(/verbatim/);
    if (one.id === 'A17-value') expect(stdout + stderr).toMatch(/forward.*refuse/);
  });

  it.each(titled(played.filter(({ id }) => id === 'A10-all-scripts')))('%s', async (_title, one) => {
    expect(TWOS.length).toBeGreaterThanOrEqual(76);
    const requests = TWOS.map((two) => {
      const body = JSON.stringify({ phase: `Phase ${two}` });
      const head =
        'PATCH /api/DeliveryNotes/45 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer rep';
      return `${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    });
    const story = await player.play({ ...one, requests });
    expect(faultsOf({ passes: TWOS.map(() => false) }, story)).toEqual([]);
  });
});

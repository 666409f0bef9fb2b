import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from '../fuzz/random.ts';
import type { Client } from './client.ts';
import type { Asked } from './history.ts';
import type { Mailroom } from './mails.ts';

export type Stage = {
  readonly client: Client;
  readonly mailroom: Mailroom;
  readonly dice: Dice;
  /** False when it is time to go. */
  goesOn(): boolean;
};

type Story = (record: string, stage: Stage) => Promise<void>;

const RETRY_MS = 150;
/** A claim whose gateway died is held after some ten seconds; then the same save may go again. */
const PATIENCE_MS = 18_000;

/** Sends the same save until it is told what became of it, and then tries what the code still opens. */
const honest: Story = async (record, stage) => {
  const { client } = stage;
  const mail = await obtain(record, stage);
  if (!mail) return;
  const attempt = { record, ref: mail.ref, note: `${record}-honest`, code: mail.code, isHonest: true };
  const until = performance.now() + PATIENCE_MS;
  let last: Asked;
  do {
    last = await client.save(attempt);
    if (isOver(last)) break;
    await pause(RETRY_MS);
  } while (performance.now() < until);
  if (last.fate !== 'used' && last.result !== 'otp-used') return;
  await together(3, (index) =>
    client.save({ ...attempt, note: `${record}-replay-${index}`, isHonest: false }),
  );
};

/** The right code, with several saves at once, and again a little later. */
const racing: Story = async (record, stage) => {
  const mail = await obtain(record, stage);
  if (!mail) return;
  const { ref, code } = mail;
  for (let round = 0; round < 3; round++) {
    await together(6, (index) =>
      stage.client.save({ record, ref, note: `${record}-race-${index % 3}`, code, isHonest: false }),
    );
    await pause(stage.dice.below(600));
  }
};

/** Wrong codes, more than there are attempts, and then the right one. */
const guessing: Story = async (record, stage) => {
  const mail = await obtain(record, stage);
  if (!mail) return;
  const { ref, code } = mail;
  for (let round = 0; round < 3; round++) {
    await together(5, (index) => {
      const guess = String((Number(code) + 1 + round * 5 + index) % 1_000_000).padStart(6, '0');
      const note = `${record}-guess-${round}-${index}`;
      return stage.client.save({ record, ref, note, code: guess, isHonest: false });
    });
    await pause(stage.dice.below(400));
  }
  await stage.client.save({ record, ref, note: `${record}-at-last`, code, isHonest: false });
};

const STORIES = [honest, honest, racing, guessing] as const;

/** Tells stories about new records, one after the other, while `goesOn`. */
export async function tell(teller: number, stage: Stage): Promise<number> {
  let told = 0;
  while (stage.goesOn()) {
    await stage.dice.pick(STORIES)(`t${teller}n${told}`, stage);
    told++;
  }
  return told;
}

/** Gets a code, as one does who is told again and again that it does not work now. */
async function obtain(record: string, { client, mailroom, goesOn }: Stage) {
  const ref = `ref${[...record].map((mark) => String.fromCharCode(97 + (mark.charCodeAt(0) % 26))).join('')}`;
  while (goesOn()) {
    const status = await client.saveWithoutCode(record, ref);
    if (status === 428 && !mailroom.newestOf(record)) await client.askForCode(record, ref);
    const mail = mailroom.newestOf(record);
    if (mail && status === 428) return mail;
    await pause(RETRY_MS);
  }
  return undefined;
}

/** Whether there is nothing left to wait for: everything else says that it may be otherwise in a moment. */
function isOver({ status, result, fate }: Asked): boolean {
  if (fate === 'used') return true;
  return [403, 409, 428, 429].includes(status) && result !== 'otp-in-progress';
}

function together<T>(count: number, act: (index: number) => Promise<T>): Promise<readonly T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => act(index)));
}

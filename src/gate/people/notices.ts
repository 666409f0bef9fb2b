import { composeNotice, noticeFieldsOf } from '../../core/rule/message.ts';
import type { Redemption } from '../../core/verdict/verdict.ts';
import type { Viewer } from '../../ports/intent.ts';
import type { AfterSave } from '../judging/judged.ts';
import type { Requirement } from '../judging/requirements.ts';
import { type OverrideNote, openNote } from '../ledger/override-note.ts';
import type { Tools } from '../ledger/tools.ts';
import { type Addressee, recipientsOf } from '../sending/recipients.ts';

/** Whom to tell that somebody vouched for a save, once it went through: by the addresses as they were stored before it. */
type Notice = {
  readonly requirement: Requirement;
  readonly note: OverrideNote;
  readonly addressees: readonly Addressee[];
};

/**
 * The notices to customers that are due once the saves of these claims went through; what is given sends one each. The addresses are looked up
 * now, since the save may change them. To send never throws: the save went through, whatever becomes of the message.
 */
export async function noticesOf(
  redemptions: readonly Redemption[],
  requirements: readonly Requirement[],
  { request, reader }: Pick<Viewer, 'request' | 'reader'>,
  tools: Tools,
): Promise<readonly AfterSave[]> {
  const found = await Promise.all(
    redemptions.map(async ({ rule, record, key, codeId, note: sealed }): Promise<readonly Notice[]> => {
      const requirement = requirements.find(
        (one) => one.rule.id === rule && one.save.id === record && one.rule.override?.tell,
      );
      const note = sealed === undefined ? undefined : openNote(sealed, key, codeId, tools.keyring);
      if (!requirement || !note) return [];
      return [{ requirement, note, addressees: await recipientsOf(requirement, reader, tools) }];
    }),
  );
  return found.flat().map((notice) => () => sendNotice(notice, request.id, tools));
}

async function sendNotice(notice: Notice, request: string, tools: Tools): Promise<void> {
  const { rule, save } = notice.requirement;
  const about = { request, rule: rule.id, module: save.module };
  const failed = 'a customer could not be told that somebody vouched for a save';
  try {
    if (!(await delivered(notice, tools))) tools.log.warn(about, failed);
  } catch (err) {
    tools.log.error({ err, ...about }, failed);
  }
}

async function delivered({ requirement, note, addressees }: Notice, tools: Tools): Promise<boolean> {
  const { rule, save, before } = requirement;
  const now = tools.clock.now();
  for (const { channel, address, wording } of addressees) {
    const record = noticeFieldsOf(wording, save, before);
    const delivery = await channel.deliver({
      ...composeNotice({ rule, wording, save, record, ...note }),
      address,
      code: '',
      expiresAt: now + DAY_MS,
      rule: rule.id,
      record: save.id,
    });
    if (delivery.kind !== 'refused') return true;
  }
  return false;
}

const DAY_MS = 24 * 3_600_000;

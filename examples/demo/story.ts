import { type Answer, awaitMail, type Places, receivedBy, sayReceived, sendAsRep } from './rep.ts';
import { sayHeading } from './terminal.ts';

const NOTE = '/api/DeliveryNotes/1';
const OTHER_NOTE = '/api/DeliveryNotes/2';

/** Tells the whole story once. Throws where anything goes otherwise than told. */
export async function tellStory(places: Places): Promise<void> {
  /** One request of the rep: what came back, and which saves reached the CRM. */
  async function play(
    status: number,
    saves: number,
    ...request: [method: string, path: string, fields?: object]
  ) {
    const before = await receivedBy(places);
    const answer = await sendAsRep(places, ...request);
    const news = (await receivedBy(places)).slice(before.length);
    sayReceived(news);
    const saved = news.filter(({ method }) => method !== 'GET');
    if (answer.status !== status) throw new Error(`The answer should have been ${status}.`);
    if (saved.length !== saves)
      throw new Error(`The CRM should have received ${saves} saves, not ${saved.length}.`);
    return { answer, saved };
  }

  sayHeading('1. The rep reads a delivery note', 'Reads concern no rule: they stream through.');
  await play(200, 0, 'GET', NOTE);

  sayHeading('2. The rep sets the status to "In Transit"', 'No rule applies to that: the save passes.');
  await play(200, 1, 'PATCH', NOTE, { status: 'In Transit' });

  sayHeading(
    '3. The rep sets the status to "Delivered"',
    'The rule applies: the save is held back, and the customer gets a code.',
  );
  const { answer: refusal } = await play(428, 0, 'PATCH', NOTE, { status: 'Delivered' });
  const field = fieldOf(refusal);

  sayHeading(
    '4. The mail is in the inbox of the customer',
    'It went to the address that the CRM has on record.',
  );
  const mail = await awaitMail(places, 0);
  const code = /\b\d{5}\b/.exec(mail.text)?.[0] ?? '';

  sayHeading('5. The rep guesses', 'Three attempts; each is charged before it is compared.');
  const wrong = String((Number(code) + 1) % 100_000).padStart(5, '0');
  await play(403, 0, 'PATCH', NOTE, { status: 'Delivered', [field]: wrong });

  sayHeading('6. The customer reads the code to the rep', 'The save passes, and the code is cut out of it.');
  const { saved } = await play(200, 1, 'PATCH', NOTE, { status: 'Delivered', [field]: code });
  if (JSON.stringify(saved).includes(code)) throw new Error('The code should not have reached the CRM.');

  sayHeading('7. The rep uses the code again', 'A code confirms one thing once. (Going back needs none.)');
  await play(200, 1, 'PATCH', NOTE, { status: 'In Transit' });
  await play(409, 0, 'PATCH', NOTE, { status: 'Delivered', [field]: code });

  sayHeading(
    '8. The rep changes the e-mail of a customer',
    'The rep enters an address of their own, to get the code. It still goes to the old one.',
  );
  await play(428, 0, 'PATCH', OTHER_NOTE, { email: 'ana@rep.test' });
  const warning = await awaitMail(places, mail.number);
  if (warning.to !== 'dora@customer.test') throw new Error('The code should have gone to the old address.');
}

/** Under which name the refusal wants the code. */
function fieldOf({ body }: Answer): string {
  const { rules } = JSON.parse(body) as { readonly rules?: readonly { readonly field: string }[] };
  const field = rules?.[0]?.field;
  if (!field) throw new Error('The refusal should say where the code goes.');
  return field;
}

import { expect, test } from 'vitest';
import { createAgent } from './agent.ts';
import { createHrGateway } from './gateway.ts';
import { startHr } from './hr.ts';
import { playStory } from './story.ts';

test('the pay-stub conversation, from the number to the end of the day', async () => {
  const lines: string[] = [];
  await playStory((line) => lines.push(line));
  expect(lines.map((line) => line.replace(/^person: \d{6}$/, 'person: (a code)'))).toEqual([
    'person: 9999',
    'agent:  I found nobody with this number.',
    'person: 4721',
    'agent:  I found your record. We sent a verification code to the number ***78 registered in your profile. Please enter the code (expires in 5 minutes).',
    'person: (a code)',
    'agent:  Incorrect code. You have 2 attempts remaining.',
    'person: (a code)',
    'agent:  Incorrect code. You have 1 attempt remaining.',
    'person: (a code)',
    'agent:  Identity verified.',
    'person: What did I earn?',
    'agent:  Your net pay for October is R$ 5,210.40.',
    '(29 minutes pass)',
    'person: And the month?',
    'agent:  Your net pay for October is R$ 5,210.40.',
    '(30 minutes pass)',
    'person: Tell me again.',
    'agent:  Your session has ended. We sent a new code to ***78. Please enter it.',
    'person: (a code)',
    'agent:  Identity verified.',
    '(a day of questions passes)',
    'person: Once more?',
    'agent:  Your net pay for October is R$ 5,210.40.',
    '(20 minutes pass)',
    'person: And now?',
    'agent:  Your session has ended. We sent a new code to ***78. Please enter it.',
  ]);
});

test('three wrong codes end it, and an expired one too', async () => {
  const hr = await startHr();
  const gateway = createHrGateway(hr.url);
  const { url } = await gateway.listen();
  try {
    const agent = createAgent(url, 'agent');
    await agent.hear('4721');
    gateway.clock.advance(5 * 60_000);
    expect(await agent.hear(gateway.lastCode() ?? '')).toBe(
      'The code has expired. Tell me your employee number to start again.',
    );
    await agent.hear('4721');
    const wrong = (nth: number) => String((Number(gateway.lastCode()) + nth) % 1_000_000).padStart(6, '0');
    await agent.hear(wrong(1));
    await agent.hear(wrong(2));
    expect(await agent.hear(wrong(3))).toBe(
      'Incorrect code. For security, the verification was cancelled. Tell me your employee number to start again.',
    );
    expect(await agent.hear('4721')).toBe('I cannot send you a code at the moment. Please try again later.');
  } finally {
    await gateway.close();
    hr.close();
  }
});

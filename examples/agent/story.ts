import { pathToFileURL } from 'node:url';
import { createAgent } from './agent.ts';
import { createHrGateway } from './gateway.ts';
import { startHr } from './hr.ts';

const MINUTE_MS = 60_000;

/** Plays the conversation; `tell` gets every line of it. */
export async function playStory(tell: (line: string) => void): Promise<void> {
  const hr = await startHr();
  const gateway = createHrGateway(hr.url);
  try {
    const { url } = await gateway.listen();
    const agent = createAgent(url, 'agent');
    const say = async (text: string) => {
      tell(`person: ${text}`);
      tell(`agent:  ${await agent.hear(text)}`);
    };
    const wait = (minutes: number) => {
      tell(`(${minutes} minutes pass)`);
      gateway.clock.advance(minutes * MINUTE_MS);
    };
    const code = () => gateway.lastCode() ?? '';
    const wrong = (nth: number) => String((Number(code()) + nth) % 1_000_000).padStart(6, '0');

    await say('9999');
    await say('4721');
    await say(wrong(1));
    await say(wrong(2));
    await say(code());
    await say('What did I earn?');
    wait(29);
    await say('And the month?');
    wait(30);
    await say('Tell me again.');
    await say(code());
    for (let minutes = 0; minutes < 24 * 60 - 20; minutes += 20) {
      gateway.clock.advance(20 * MINUTE_MS);
      await agent.hear('Still there?');
    }
    tell('(a day of questions passes)');
    await say('Once more?');
    wait(20);
    await say('And now?');
  } finally {
    await gateway.close();
    hr.close();
  }
}

// biome-ignore lint/suspicious/noConsole: a story is told on the terminal
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await playStory(console.log);

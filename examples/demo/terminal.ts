import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
type Exchange = {
  readonly who: string;
  readonly arrow: '->' | '<-' | '  ';
  readonly line: string;
  readonly more?: string;
};

/** Colours where a person looks, plain ASCII where a file does. */
export function say(text = '', style?: Style): void {
  process.stdout.write(`${style ? styleText(style, text, { stream: process.stdout }) : text}\n`);
}

export function sayHeading(title: string, explanation: string): void {
  say();
  say(title, ['bold', 'cyan']);
  say(explanation, 'dim');
}

/** One thing that somebody sends, answers or sees; what belongs to it stands below. */
export function sayExchange({ who, arrow, line, more = '' }: Exchange, style: Style): void {
  say(`  ${who.padEnd(8)} ${arrow} ${line}`, style);
  for (const part of more.split('\n').filter((text) => text !== '')) say(`              ${part}`);
}

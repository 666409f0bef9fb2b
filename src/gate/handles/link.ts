import type { Keyring } from '../../ports.ts';

/** What the link in a message leads to: a row and its code, in the language of the message. */
export type Linked = { readonly key: string; readonly codeId: string; readonly language: string };

/**
 * What stands at the end of a link: sealed, so that it says nothing to anybody. Programs that make links of texts leave out a mark at
 * the end, so it ends with a letter or a digit.
 */
export function linkTokenOf({ key, codeId, language }: Linked, keyring: Keyring): string {
  for (;;) {
    const token = keyring.seal([key, codeId, language].join('\n'), CONTEXT);
    if (/[A-Za-z0-9]$/.test(token)) return token;
  }
}

/** What the token leads to; undefined where this gateway did not make it. */
export function linkedBy(token: string, keyring: Keyring): Linked | undefined {
  if (token.length > LONGEST || !/^[\w.-]+$/.test(token)) return undefined;
  const [key, codeId, language] = keyring.open(token, CONTEXT)?.split('\n') ?? [];
  if (key === undefined || codeId === undefined || language === undefined) return undefined;
  return { key, codeId, language };
}

const CONTEXT = 'link';
const LONGEST = 500;

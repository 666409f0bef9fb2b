/** What a customer was sent: the code, and where it went. */
export type Secret = { readonly code: string; readonly address: string };

/** Remembers what customers were sent and what gateways put out, and finds the one in the other. */
export type Witness = {
  /** A message with this code goes to this address. */
  saw(secret: Secret): void;
  /** A gateway puts this out. `place` says where: log, audit, metrics, answer, process. */
  heard(place: string, text: string): void;
  /** What was put out since the last time and holds a code or an address, as a sentence without either. */
  findings(): readonly string[];
  /** Forgets it all: other tests send other codes. */
  forget(): void;
  /** How much was seen and heard so far. */
  readonly counts: { readonly messages: number; readonly places: Readonly<Record<string, number>> };
};

/**
 * A code is found where it stands by itself: not as a part of a longer number, a hash, an id, a fraction of a second. Codes of fewer than
 * six symbols are not looked for: ports and years have as many. An address is found in whatever case; a number with or without its plus.
 */
export function createWitness(): Witness {
  const codes = new Set<string>();
  const addresses = new Set<string>();
  const places: Record<string, number> = {};
  let messages = 0;
  let texts: { readonly place: string; readonly text: string }[] = [];

  const secretsIn = (text: string) => [
    ...(text.match(CODE) ?? []).filter((word) => codes.has(word.toUpperCase())),
    ...(text.match(PHONE) ?? []).filter((word) => addresses.has(word) || addresses.has(`+${word}`)),
    ...(text.match(EMAIL) ?? []).filter((word) => addresses.has(word.toLowerCase())),
  ];

  return {
    saw({ code, address }) {
      messages++;
      if (code.length >= SHORTEST) codes.add(code.toUpperCase());
      if (address.length >= SHORTEST) addresses.add(address.toLowerCase());
    },
    heard(place, text) {
      places[place] = (places[place] ?? 0) + 1;
      texts.push({ place, text });
    },
    findings() {
      const heard = texts;
      texts = [];
      return heard.flatMap(({ place, text }) => {
        // Which number a process gets is no choice of ours.
        const found = secretsIn(text.replace(/"pid":\d+/g, ''));
        return found.length === 0 ? [] : [`${place}: ${without(text, found)}`];
      });
    },
    forget() {
      codes.clear();
      addresses.clear();
      texts = [];
    },
    get counts() {
      return { messages, places };
    },
  };
}

const SHORTEST = 6;

/** What a code may look like, and by itself. */
const CODE = /(?<![\w-]|\d\.)[A-Za-z0-9]{6,16}(?![\w-]|\.\d)/g;
const PHONE = /(?<![\w.])\+?\d{8,15}(?!\w)/g;
const EMAIL = /[^\s"'`<>,;:()[\]{}\\=]+@[^\s"'`<>,;:()[\]{}\\=]+/g;

function without(text: string, secrets: readonly string[]): string {
  const hidden = secrets.reduce((left, secret) => left.replaceAll(secret, '•'.repeat(secret.length)), text);
  const at = hidden.indexOf('•');
  return hidden.slice(Math.max(0, at - 300), at + 300).trim();
}

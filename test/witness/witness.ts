/** What a customer was sent: the code, the link to a page where there is one, and where it went. */
export type Secret = { readonly code: string; readonly link?: string; readonly address: string };

/** Remembers what customers were sent and what gateways put out, and finds the one in the other. */
export type Witness = {
  /** A message with this code goes to this address. */
  saw(secret: Secret): void;
  /** A gateway puts this out. `place` says where: log, audit, metrics, answer, page, process. */
  heard(place: string, text: string): void;
  /** What was put out since the last time and holds a code, a link or an address, as a sentence without. A page shows addresses where they change. */
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
  const tokens = new Set<string>();
  const addresses = new Set<string>();
  const places: Record<string, number> = {};
  let messages = 0;
  let texts: { readonly place: string; readonly text: string }[] = [];

  // Most texts are not read at all: nothing was sent yet, or nothing that looks like this.
  const secretsIn = (text: string, place: string) => [
    ...wordsIn(text, TOKEN, tokens).filter((word) => tokens.has(word)),
    ...wordsIn(text, CODE, codes).filter((word) => codes.has(word.toUpperCase())),
    ...(place === 'page' ? [] : addressesIn(text)),
  ];
  const addressesIn = (text: string) => [
    ...wordsIn(text, PHONE, addresses).filter((word) => addresses.has(word) || addresses.has(`+${word}`)),
    ...(text.includes('@') ? wordsIn(text, EMAIL, addresses) : []).filter((word) =>
      addresses.has(word.toLowerCase()),
    ),
  ];

  return {
    saw({ code, link, address }) {
      messages++;
      if (link !== undefined) tokens.add(link.slice(link.lastIndexOf('/') + 1));
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
        const found = secretsIn(text.replace(/"pid":\d+/g, ''), place);
        return found.length === 0 ? [] : [`${place}: ${without(text, found)}`];
      });
    },
    forget() {
      codes.clear();
      tokens.clear();
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
/** What stands at the end of a link. */
const TOKEN = /[\w-]{8}\.[\w-]{80,}/g;
const PHONE = /(?<![\w.])\+?\d{8,15}(?!\w)/g;
const EMAIL = /[^\s"'`<>,;:()[\]{}\\=]+@[^\s"'`<>,;:()[\]{}\\=]+/g;

/** What looks like one of these, where there are any. */
function wordsIn(text: string, pattern: RegExp, known: ReadonlySet<string>): readonly string[] {
  return known.size === 0 ? [] : (text.match(pattern) ?? []);
}

function without(text: string, secrets: readonly string[]): string {
  const hidden = secrets.reduce((left, secret) => left.replaceAll(secret, '•'.repeat(secret.length)), text);
  const at = hidden.indexOf('•');
  return hidden.slice(Math.max(0, at - 300), at + 300).trim();
}

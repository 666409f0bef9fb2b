import { remembered } from '../remembered.ts';

/** What a `Content-Type` says. */
export type MediaType = {
  /** Lower case, without parameters. */
  readonly essence: string;
  readonly charset: string | undefined;
  readonly boundary: string | undefined;
  /** The parameters that say in which manner the JSON is written, as they are sent on: `;IEEE754Compatible=true`. */
  readonly manner: string;
};

const TYPE = /^[ \t]*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)[ \t]*/;
const PARAMETER = /;[ \t]*(?:([\w.-]+)=(?:"([^"\\]*)"|([^\s";,\\]+))[ \t]*)?/y;
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/**
 * Reads a `Content-Type` with a charset or a boundary, each at most once, and nothing else: servers differ on every other
 * spelling (`a/b, c/d`, two charsets, `xboundary=`). Undefined where it is another. Source: RFC 9110 §8.3.1, RFC 2046 §5.1.1.
 */
export const readMediaType = mediaTypeReader([]);

/** The same for servers that know parameters of JSON of their own, in small letters: each may stand once, with a word. */
export function mediaTypeReader(manners: readonly string[]): (text: string) => MediaType | undefined {
  return remembered((text) => mediaTypeIn(text, manners));
}

function mediaTypeIn(text: string, manners: readonly string[]): MediaType | undefined {
  const type = TYPE.exec(text);
  if (!type) return undefined;
  const essence = (type[1] ?? '').toLowerCase();
  const parameters = new Map<string, string>();
  let manner = '';
  PARAMETER.lastIndex = type[0].length;
  while (PARAMETER.lastIndex < text.length) {
    const match = PARAMETER.exec(text);
    if (!match) return undefined;
    const name = match[1]?.toLowerCase();
    if (name === undefined) continue;
    const value = match[2] ?? match[3] ?? '';
    if (parameters.has(name)) return undefined;
    if (name !== 'charset' && name !== 'boundary') {
      if (!isJsonType(essence) || !manners.includes(name) || !/^\w+$/.test(value)) return undefined;
      manner += `;${match[1]}=${value}`;
    }
    parameters.set(name, value);
  }
  const boundary = parameters.get('boundary');
  if (boundary !== undefined && !BOUNDARY.test(boundary)) return undefined;
  return {
    essence,
    charset: parameters.get('charset')?.toLowerCase(),
    boundary,
    manner,
  };
}

/**
 * JSON under its own name or a `+json` one, but for patches that are lists of orders (RFC 6902) and not records, and for names
 * that readers which look for a part of the name take for a form (formidable's `/urlencoded/i`).
 */
export function isJsonType(essence: string): boolean {
  if (essence === 'application/json' || essence === 'application/merge-patch+json') return true;
  return (
    /^application\/[\w.-]+\+json$/.test(essence) && !/patch|seq|stream|urlencoded|multipart/.test(essence)
  );
}

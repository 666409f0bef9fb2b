import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export type Import = { readonly from: string; readonly typeOnly: boolean };

/** A file of the house. `code` is its text without comments, `path` counts from `src`. */
export type SourceFile = {
  readonly path: string;
  readonly text: string;
  readonly code: string;
  readonly imports: readonly Import[];
};

/** All files below a `src`. */
export function readHouse(src: string): readonly SourceFile[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => fileOf(path, readFileSync(join(src, path), 'utf8')));
}

export function fileOf(path: string, text: string): SourceFile {
  const code = withoutComments(text);
  return { path, text, code, imports: importsOf(code) };
}

/** Enough of a lexer for this house: comments go, strings and templates stay. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '$1');
}

function importsOf(code: string): readonly Import[] {
  const declared = [
    ...code.matchAll(/^(?:import|export)\s(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm),
  ];
  const called = [...code.matchAll(/\b(?:import|require)\(\s*['"]([^'"]+)['"]/g)];
  return [
    ...declared.map(([, type, from = '']) => ({ from, typeOnly: type !== undefined })),
    ...called.map(([, from = '']) => ({ from, typeOnly: false })),
  ];
}

export const linesOf = ({ text }: SourceFile) => text.split('\n').length - 1;

export const isOurs = (from: string) => from.startsWith('.');

/** The file that is imported, from `src`. */
export const targetOf = (path: string, from: string) =>
  posix.normalize(posix.join(posix.dirname(path), from));

export const roomOf = (path: string) =>
  path.includes('/') ? path.slice(0, path.indexOf('/')) : path.replace(/\.ts$/, '');

export const subRoomOf = (path: string) => (path.split('/').length > 2 ? path.split('/')[1] : undefined);

export const packageOf = (from: string) =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');

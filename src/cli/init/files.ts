import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Document, isMap, stringify, type YAMLMap } from 'yaml';
import { Stop } from '../command.ts';
import type { DraftOperation, Module } from './openapi/draft.ts';

/** A configuration that is to be written. */
export type NewConfiguration = {
  readonly upstream: string;
  readonly modules: ReadonlyMap<string, Pick<Module, 'entry' | 'operations' | 'unknown'>>;
  readonly passthrough: readonly string[];
  readonly rule: {
    readonly module: string;
    readonly field: string;
    readonly to: string;
    readonly address: string;
    /**
     * Where the address stands in a record of another module: the field that refers to it, the module, and its members by which records of
     * the rule's module are saved there.
     */
    readonly owner?: {
      readonly via: string;
      readonly module: string;
      readonly reverse: readonly string[] | 'none';
    };
  };
  /** Cases for `countersign test`. */
  readonly cases: readonly object[];
};

/** A plan with what is to be said about it. */
export type Planned = { readonly plan: NewConfiguration; readonly summary: readonly string[] };

/** The files, by their names. */
export type Files = Readonly<Record<string, string>>;

/** What is written of a plan. */
export function filesOf(plan: NewConfiguration): Files {
  return {
    'countersign.yaml': configurationOf(plan),
    'countersign.test.yaml': `# countersign test countersign.test.yaml\n${stringify(
      { config: './countersign.yaml', cases: plan.cases },
      { lineWidth: 120 },
    )}`,
    '.env.example': [
      '# Protects codes: at least 32 bytes. Keep it safe, and out of the repository: openssl rand -base64 48',
      'COUNTERSIGN_SECRET=',
      '',
    ].join('\n'),
  };
}

function configurationOf({ upstream, modules, passthrough, rule }: NewConfiguration): string {
  const { module: name, field, to, address, owner } = rule;
  const place = owner
    ? { via: owner.via, module: owner.module, field: address, reverse: owner.reverse }
    : address;
  const document = new Document({
    version: 1,
    upstream: { url: upstream },
    secret: { env: 'COUNTERSIGN_SECRET' },
    store: { kind: 'sqlite', path: './data/countersign.db' },
    audit: { kind: 'file', path: './data/audit.jsonl' },
    ...(passthrough.length > 0 && { passthrough }),
    modules: Object.fromEntries([...modules].map(([each, { entry }]) => [each, entry])),
    channels: {
      outbox: { kind: 'outbox', folder: './data/outbox', address: isPhoneName(address) ? 'phone' : 'email' },
    },
    rules: [
      {
        id: 1,
        name: `${name} ${field} ${to}`,
        module: name,
        when: { changed_to: [field, to] },
        send: { to: [{ channel: 'outbox', address: place }] },
      },
    ],
  });
  document.commentBefore =
    ' Written by "countersign init". Look it through: countersign check, countersign test countersign.test.yaml,\n countersign doctor --record MODULE/ID. The channel "outbox" sends nothing: it writes messages into a folder.';
  const written = document.getIn(['modules'], true);
  for (const [each, { operations, unknown }] of modules) {
    const entry = isMap(written) ? written.get(each, true) : undefined;
    if (isMap(entry)) describe(entry as YAMLMap, operations, unknown, document);
  }
  return document.toString({ lineWidth: 120, flowCollectionPadding: true });
}

/** Whether a field of that name probably holds a phone number, and not an address of mail. */
export function isPhoneName(field: string): boolean {
  return /phone|mobile|cell|tel/i.test(field);
}

/** The operations of a module with what is to be said about them, and what only the owner of the API knows as comments. */
function describe(
  entry: YAMLMap,
  operations: readonly DraftOperation[],
  unknown: readonly string[],
  document: Document,
): void {
  if (operations.length > 0) {
    const list = document.createNode(
      operations.map(({ comment: _, brings: __, ...operation }) => operation),
    ) as {
      items: { commentBefore?: string | null }[];
    };
    for (const [index, { comment }] of operations.entries()) {
      const item = list.items[index];
      if (item && comment !== undefined) item.commentBefore = ` ${comment}`;
    }
    entry.set('operations', list);
  }
  if (unknown.length > 0)
    entry.comment = [
      ' Refused, since the document does not say what they mean. Add to "operations" what you know of them:',
      ...unknown.map((request) => `   - request: ${request}`),
      '     harmless: true       # where it saves nothing; else save: { … }',
    ].join('\n');
}

/** Writes the files, all of them or none. What is there stays, unless it is said otherwise. */
export function writeFiles(folder: string, files: Files, isForced: boolean): readonly string[] {
  const paths = Object.entries(files).map(([name, text]) => [join(folder, name), text] as const);
  const taken = paths.map(([path]) => path).filter((path) => existsSync(path));
  if (taken.length > 0 && !isForced)
    throw new Stop(
      4,
      `${taken.join(', ')} ${taken.length === 1 ? 'is' : 'are'} there already: give --force, or another --dir`,
    );
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of paths) writeFileSync(path, text, { flag: isForced ? 'w' : 'wx' });
  return paths.map(([path]) => path);
}

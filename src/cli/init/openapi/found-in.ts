import { openEndOf } from '../../../core/wire/open-ended.ts';
import { adopterOf } from './below.ts';
import { collectionsIn, isOwnedBy, isWithin } from './collections.ts';
import type { DescribedApi, Draft, Module } from './draft.ts';
import { membersOf, type PlainObject, textIn } from './members.ts';
import { moduleOf, templateOf } from './module-of.ts';
import { type DescribedRequest, isPlain, isWrite, requestsIn } from './paths.ts';

/** What a document says of modules, in the words of a configuration: strict where it says nothing. */
export function foundIn(document: PlainObject): DescribedApi {
  const requests = requestsIn(document);
  const drafts = collectionsIn(requests);
  const logins = requests.filter(
    (request) => isLogin(request) && !drafts.some((draft) => isShapeOf(request, draft)),
  );
  const headers = credentialHeadersOf(document);
  const modules = new Map(
    drafts.map((draft): [string, Module] => {
      const own = logins.filter(({ path }) => isWithin(path, draft.path));
      const made = moduleOf(draft, { requests, drafts, logins: own }, document);
      const isOpen = (one: DescribedRequest) =>
        isLeft(one, draft) && !logins.includes(one) && !adopterOf(one, drafts);
      const left = requests.filter(isOpen).map(templateOf);
      const entry = { ...made.entry, ...(headers.length > 0 && { credentialHeaders: headers }) };
      return [draft.name, { ...made, entry, unknown: [...made.unknown, ...left] }];
    }),
  );
  const isMapped = ({ path }: DescribedRequest) => drafts.some((draft) => isWithin(path, draft.path));
  const isOwned = (one: DescribedRequest) =>
    adopterOf(one, drafts) !== undefined ||
    drafts.some((draft) => isOwnedBy(one, draft) || isShapeOf(one, draft));
  return {
    modules,
    passthrough: [...new Set(logins.filter((one) => !isMapped(one)).map(({ path }) => path))],
    refused: requests
      .filter((one) => isWrite(one) && !isMapped(one) && !isOwned(one) && !logins.includes(one))
      .map(templateOf),
  };
}

function isShapeOf({ path }: DescribedRequest, { itemPath, lists }: Draft): boolean {
  return path === itemPath || lists.some((list) => list.path === path);
}

/** A write below the path of the collection that is neither about a record of it nor an action on one. */
function isLeft(one: DescribedRequest, draft: Draft): boolean {
  return isWrite(one) && isWithin(one.path, draft.path) && !isShapeOf(one, draft) && !isOwnedBy(one, draft);
}

const LOGIN_WORDS = new Set([
  'login',
  'logon',
  'signin',
  'token',
  'tokens',
  'session',
  'sessions',
  'auth',
  'oauth',
  'oauth2',
  'authenticate',
  'authentication',
]);

/** By its path or its name, where nobody has to be logged in for it; never where anything could be saved by it. */
function isLogin({ method, path, segments, operation }: DescribedRequest): boolean {
  if (method !== 'POST' || !segments.every(isPlain) || openEndOf(path)) return false;
  const security = operation['security'];
  if (Array.isArray(security) && security.some((one) => Object.keys(membersOf(one)).length > 0)) return false;
  return [...segments, textIn(operation['operationId']) ?? ''].some((text) =>
    wordsIn(text).some((word) => LOGIN_WORDS.has(word)),
  );
}

/** `createAccessToken` and `access-token` as words. */
function wordsIn(text: string): readonly string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b(log|sign) ?(in|on)\b/g, '$1$2')
    .split(/[^a-z0-9]+/);
}

/** Headers by which the API knows who asks, beside `Authorization`. */
function credentialHeadersOf(document: PlainObject): readonly string[] {
  const schemes = {
    ...membersOf(membersOf(document['components'])['securitySchemes']),
    ...membersOf(document['securityDefinitions']),
  };
  const names = Object.values(schemes)
    .map(membersOf)
    .filter((scheme) => scheme['type'] === 'apiKey' && scheme['in'] === 'header')
    .flatMap((scheme) => textIn(scheme['name']) ?? []);
  return [...new Set(names)].filter(
    (name) => /^[A-Za-z0-9-]{1,100}$/.test(name) && !['authorization', 'cookie'].includes(name.toLowerCase()),
  );
}

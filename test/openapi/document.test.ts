import * as redocly from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { SLUGS } from '../../src/contract.ts';
import { ROUTES as ANSWERED } from '../../src/http/control/control.ts';
import { CALLS, DOCUMENT, TEXT } from './document.ts';

/** Its own types are those of every rule that there is: to compare them takes as long as a tenth of the project. */
const { createConfig, lintFromString } = redocly as unknown as {
  createConfig(settings: { readonly extends: readonly string[] }): Promise<object>;
  lintFromString(given: {
    readonly source: string;
    readonly config: object;
  }): Promise<readonly { readonly ruleId: string; readonly message: string }[]>;
};

test('the OpenAPI document is linted without a finding', async () => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const findings = await lintFromString({ source: TEXT, config });
  expect(findings.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
});

test('the document has every call of the control API, and no other', () => {
  const filled = (path: string) =>
    path
      .replace('/_countersign', '')
      .replace(/\{rule\}/, '7')
      .replace(/\{record\}/, '45');
  // Providers and customers are answered elsewhere.
  const own = CALLS.filter(({ path }) => !/\/(?:reports|confirm)\//.test(path));
  const found = own.map(({ method, path }) =>
    ANSWERED.findIndex((one) => one.method === method && one.path.test(filled(path))),
  );
  expect(found.toSorted((a, b) => a - b)).toEqual(ANSWERED.map((_, index) => index));
});

test('the document has every slug, and no other', () => {
  const { Problem } = DOCUMENT.components.schemas as unknown as {
    Problem: { properties: { type: { enum: string[] } } };
  };
  expect(Problem.properties.type.enum).toEqual(SLUGS.map((slug) => `urn:countersign:problem:${slug}`));
  expect(parse(TEXT)).toBeTruthy();
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import { changesBetween } from '../../src/gateway/configuration-changes.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { until } from '../harness/until.ts';
import { openFolder } from '../harness/world.ts';

test('a reload that took is told by the audit: from which revision to which, and what changed', async () => {
  const path = join(openFolder(), 'audit.jsonl');
  const options = gatewayOptions('http://127.0.0.1:9', {
    audit: { kind: 'file', path },
    log: { level: 'silent' },
  });
  const gateway = createGateway(options);
  const events = () =>
    readFileSync(path, { encoding: 'utf8', flag: 'a+' })
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as AuditEvent & Record<string, unknown>);
  expect(gateway.reload({ ...options, rules: [deliveryRule({ when: { nonsense: [] } })] }).ok).toBe(false);
  expect(gateway.reload(options).ok).toBe(true);
  const rule = deliveryRule({ mode: 'shadow', code: { validFor: '2m' } });
  const taken = gateway.reload({
    ...options,
    unmappedWrites: 'forward',
    rules: [rule, deliveryRule({ id: 8, name: 'Eight' })],
  });
  expect(taken.ok).toBe(true);
  await until(() => events().length > 0);
  await gateway.close();
  const [event, ...others] = events();
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    event: 'configuration-changed',
    previous: expect.stringMatching(/^[0-9a-f]{12}$/),
    revision: taken.ok && taken.revision,
    changes: expect.arrayContaining([
      'unmappedWrites: refuse -> forward',
      'rule 7: mode enforce -> shadow',
      'rule 7: code.validFor 5m -> 2m',
      'rule 8: added',
    ]),
  });
  expect(event?.['changes']).toHaveLength(4);
});

test('a change of where a secret is kept is told, and no secret is', () => {
  const channel = (password: object) => ({ channels: { email: { kind: 'smtp', password } } });
  expect(changesBetween(channel({ env: 'OLD' }), channel({ file: '/run/new' }))).toEqual([
    'channel email: password.env OLD -> nothing',
    'channel email: password.file nothing -> /run/new',
  ]);
  const rules = (...ids: readonly number[]) => ({ rules: ids.map((id) => ({ id })) });
  expect(changesBetween(rules(1, 2), rules(2, 3))).toEqual(['rule 1: removed', 'rule 3: added']);
});

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../src/system/metrics.ts';
import { openFolder } from '../harness/world.ts';

const path = (name: string) => fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url));
const read = (name: string) => readFileSync(path(name), 'utf8');

type Alerts = {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
};
type Dashboard = {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
};

const alerts = (parse(read('prometheus/alerts.yaml')) as Alerts).groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(read('grafana/countersign.json')) as Dashboard;
const page = readFileSync(
  fileURLToPath(new URL('../../docs/operations/monitoring.md', import.meta.url)),
  'utf8',
);

const expressions = [
  ...alerts.map(({ alert, expr }) => [`alert ${alert}`, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => [`panel ${title}`, expr] as const),
  ),
];

/** The names of metrics in an expression; those of a histogram lead to it. */
function metricsIn(expression: string): readonly string[] {
  const names = expression.match(/\b(?:countersign|process|nodejs)_\w+/g) ?? [];
  return names.map((name) => name.replace(/_(?:bucket|count|sum)$/, ''));
}

describe('what watches the gateway', () => {
  let offered = '';
  beforeAll(async () => {
    offered = await createMetrics('0').text();
  });

  test.each(expressions)('%s asks for metrics that are there', (_, expression) => {
    const names = metricsIn(expression);
    expect(names).not.toEqual([]);
    for (const name of names) expect(offered, name).toContain(`# TYPE ${name} `);
  });

  test('a metric that is not there would be seen', () => {
    expect(metricsIn('rate(countersign_gate_duration_seconds_bucket[5m])')).toEqual([
      'countersign_gate_duration_seconds',
    ]);
    expect(offered).not.toContain('# TYPE countersign_nothing_total ');
  });

  test('the page says what to do about each alert, and about no other', () => {
    const told = [...page.matchAll(/^\| `(Countersign\w+)` /gm)].map(([, name]) => name);
    expect(told).toEqual(alerts.map(({ alert }) => alert));
  });

  test('promtool and systemd-analyze find nothing wrong, where they are there', () => {
    const written = read('systemd/countersign.service');
    expect(written).toMatch(/^ExecStart=\/usr\/bin\/node .*dist\/main\.js serve -c /m);
    // systemd looks for the program of a unit; the rest of the line is its own.
    const unit = join(openFolder(), 'countersign.service');
    writeFileSync(unit, written.replace('ExecStart=/usr/bin/node', `ExecStart=${process.execPath}`));
    const tools: readonly (readonly [string, readonly string[]])[] = [
      ['promtool', ['check', 'rules', path('prometheus/alerts.yaml')]],
      ['systemd-analyze', ['verify', unit]],
    ];
    for (const [tool, words] of tools) {
      const { error, status, stdout, stderr } = spawnSync(tool, words, { encoding: 'utf8' });
      if (!error) expect({ tool, status, stdout, stderr }).toMatchObject({ tool, status: 0, stderr: '' });
    }
  });
});

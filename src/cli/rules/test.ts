import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, choiceOf, Stop, say, UsageError } from '../command.ts';
import { readTestFile, runCases } from './test-file.ts';
import { jsonReport, junitReport, type Result, textReport } from './test-report.ts';

const REPORTS = { text: textReport, json: jsonReport, junit: junitReport };
const FORMAT_NAMES = ['text', 'json', 'junit'] as const;

/** Holds the rules against examples of requests. */
export const test: Command = {
  summary: 'test the rules with example requests',
  help: `Usage: countersign test [--format text|json|junit] DIR|FILE

Runs every *.test.yaml below DIR, or the one FILE. Each request is judged as the gateway would judge it, rules in shadow mode as if they were enforced; nothing
is opened, sent or stored, and secrets need not be set. Exits with 4 where a case does not come out as expected.

A file of cases, where "config" counts from its folder:
  config: ../countersign.yaml
  cases:
    - name: a delivery needs the customer's code
      request: { method: PUT, path: /api/DeliveryNotes/45, body: { status: Delivered } }
      before: { status: On the way, email: paula@example.test }
      expect: otp-required            # pass | otp-required | refused
      rules: [7]                      # which rules apply, where it matters
"request" may also be text, as in a .http file. "related" holds other stored records: { Contacts/12: { … } }.

Example
  countersign test --format junit rules/`,
  options: { format: { type: 'string' } },
  choices: { format: FORMAT_NAMES },
  async run(words) {
    const [place, more] = words.positionals;
    if (place === undefined) throw new UsageError('missing DIR or FILE');
    if (more !== undefined)
      throw new UsageError(`unexpected argument "${more}": give one folder, or one file`);
    const report = REPORTS[choiceOf(words, 'format', FORMAT_NAMES) ?? 'text'];
    const results: Result[] = [];
    for (const file of filesAt(place)) results.push(...(await runCases(readTestFile(file))));
    say(report(results));
    return results.some(({ faults }) => faults.length > 0) ? 4 : 0;
  },
};

function filesAt(place: string): readonly string[] {
  if (statSync(place).isFile()) return [place];
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => /\.test\.ya?ml$/.test(name)).sort();
  if (files.length === 0) throw new Stop(2, `there is no *.test.yaml below ${place}`);
  return files.map((file) => join(place, file));
}

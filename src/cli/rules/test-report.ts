import { escapeMarkup } from '../../core/wire/markup.ts';

/** How one case came out; without faults it is as expected. */
export type Result = {
  readonly file: string;
  /** Where the case stands in it. */
  readonly line: number;
  readonly name: string;
  readonly faults: readonly string[];
};

/** For people. */
export function textReport(results: readonly Result[]): string {
  const lines = results.flatMap(({ file, line, name, faults }) =>
    faults.length === 0
      ? [`ok    ${name}`]
      : [`FAIL  ${name} (${file}:${line})`, ...faults.map((fault) => `      ${fault}`)],
  );
  const failed = results.filter(({ faults }) => faults.length > 0).length;
  const cases = results.length === 1 ? '1 case' : `${results.length} cases`;
  return [...lines, `${cases}, ${failed} failed`].join('\n');
}

/** For programs. */
export function jsonReport(results: readonly Result[]): string {
  const cases = results.map((result) => ({ ...result, ok: result.faults.length === 0 }));
  return JSON.stringify({ ok: cases.every(({ ok }) => ok), cases }, null, 2);
}

/** For build servers: https://github.com/testmoapp/junitxml. */
export function junitReport(results: readonly Result[]): string {
  const failed = results.filter(({ faults }) => faults.length > 0).length;
  const cases = results.map(({ file, name, faults }) => {
    const open = `    <testcase classname="${escaped(file)}" name="${escaped(name)}"`;
    if (faults.length === 0) return `${open}/>`;
    return `${open}>\n      <failure message="${escaped(faults.join('; '))}"/>\n    </testcase>`;
  });
  const counts = `tests="${results.length}" failures="${failed}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="countersign" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}

/** Text as it stands in XML, which has no way to write control characters. */
function escaped(text: string): string {
  return escapeMarkup(text.replace(/\p{Cc}/gu, ' '));
}

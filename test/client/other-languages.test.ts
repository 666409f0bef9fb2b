import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openWorld } from '../harness/world.ts';
import { otherThan } from './stage.ts';

const PAGE = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8');

/** What the page has in that language, up to where it calls what it defined. */
function programOf(language: string): string {
  const program = new RegExp(`\\n\`\`\`${language}\\n([^]*?)\\n\`\`\``).exec(PAGE)?.[1] ?? '';
  return program.split('\nanswer = ')[0] ?? '';
}

/** Answers first with a wrong code, and then with the right one. */
const PYTHON = (url: string, wrong: string, right: string) => `import requests
${programOf('python')}
codes = iter(["${wrong}", "${right}"])
answer = countersigned(requests.Session(), "PATCH", "${url}/api/DeliveryNotes/45", ask=lambda row: next(codes), json={"status": "Delivered"})
print(answer.status_code, answer.headers.get("OTPRULES-Result"))
`;

const PHP = (url: string, wrong: string, right: string) => `
${programOf('php')}
$codes = ["${wrong}", "${right}"];
$answer = countersigned(function (array $headers): array {
    $lines = ["Content-Type: application/json"];
    foreach ($headers as $name => $value) { $lines[] = "$name: $value"; }
    $options = ["method" => "PATCH", "header" => $lines, "content" => '{"status":"Delivered"}', "ignore_errors" => true];
    $body = file_get_contents("${url}/api/DeliveryNotes/45", false, stream_context_create(["http" => $options]));
    $heads = [];
    foreach (array_slice($http_response_header, 1) as $line) {
        [$name, $value] = explode(":", $line, 2);
        $heads[strtolower($name)] = trim($value);
    }
    return ["status" => (int) explode(" ", $http_response_header[0])[1], "headers" => $heads, "body" => $body];
}, function (array $row) use (&$codes) { return array_shift($codes); });
echo $answer["status"], " ", $answer["headers"]["otprules-result"], "\n";
`;

const has = (command: string, ...words: readonly string[]) => spawnSync(command, words).status === 0;

const LANGUAGES = [
  {
    name: 'Python',
    isHere: has('python3', '-c', 'import requests'),
    run: PYTHON,
    command: ['python3', '-c'],
  },
  { name: 'PHP', isHere: has('php', '-r', 'exit(0);'), run: PHP, command: ['php', '-r'] },
] as const;

describe.each(LANGUAGES)('the client of the page in $name', ({ isHere, run, command: [command, flag] }) => {
  it.skipIf(!isHere)('asks again after a wrong code, and saves once with the right one', async () => {
    const { crm, gateway, url, rep } = await openWorld();
    await rep.deliver();
    const right = gateway.lastCode() ?? '';
    const { stdout } = await promisify(execFile)(command, [flag, run(url, otherThan(right), right)]);
    expect(stdout).toBe('200 verified\n');
    expect(crm.saves.map(({ body }) => body.toString())).toEqual(['{"status":"Delivered"}']);
  });
});

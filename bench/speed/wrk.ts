import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLIENT_CORE, pinned } from './pinned.ts';

/** Requests that are sent over and over, one record after the other: `%d` in the path is the record's number. */
export type Load = {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly body?: string;
};

export type Figures = {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were none, or not of 2xx or 3xx. */
  readonly failures: number;
};

const RECORDS = 500;
const CONNECTIONS = 32;

/** Loads one server for some seconds from one thread. Source of the script's functions: https://github.com/wg/wrk/blob/master/SCRIPTING */
export async function measure(url: string, load: Load, seconds: number, folder: string): Promise<Figures> {
  const script = join(folder, 'load.lua');
  writeFileSync(script, scriptOf(load));
  const options = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script, url];
  const [program, args] = pinned(CLIENT_CORE, 'wrk', options);
  const { stdout } = await promisify(execFile)(program, args);
  const found = /^figures (.*)$/m.exec(stdout)?.[1];
  if (!found) throw new Error(`wrk said nothing of use: ${stdout}`);
  const [requests = 0, micros = 1, p50 = 0, p99 = 0, failures = 0] = found.split(' ').map(Number);
  return {
    requests,
    requestsPerSecond: requests / (micros / 1e6),
    p50Ms: p50 / 1000,
    p99Ms: p99 / 1000,
    failures,
  };
}

function scriptOf({ method, path, body }: Load): string {
  const quoted = body === undefined ? 'nil' : `[==[${body}]==]`;
  return `
local requests, turn = {}, 0
local headers = { ["Content-Type"] = ${body === undefined ? 'nil' : '"application/json"'}, ["Authorization"] = "Bearer rep-1" }
init = function()
  for number = 1, ${RECORDS} do
    requests[number] = wrk.format("${method}", string.format("${path}", number), headers, ${quoted})
  end
end
request = function()
  turn = turn % ${RECORDS} + 1
  return requests[turn]
end
done = function(summary, latency)
  local errors = summary.errors
  local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format("figures %d %d %d %d %d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), failures))
end
`;
}

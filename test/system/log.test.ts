import { expect, it } from 'vitest';
import { createLog, type LogOptions } from '../../src/system/log.ts';

function logInto(lines: string[], level: LogOptions['level'] = 'debug') {
  return createLog({ level, destination: { write: (line) => void lines.push(line) } });
}

it('writes one JSON object a line, with its level and time', () => {
  const lines: string[] = [];
  logInto(lines).info({ request: 'r1', status: 428 }, 'save refused');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    request: 'r1',
    status: 428,
    msg: 'save refused',
  });
});

it.each(['err', 'error', 'cause'])('shows of an error under %s its name, code and message only', (name) => {
  const lines: string[] = [];
  const error = Object.assign(new TypeError(`cut ${'x'.repeat(400)} SECRET`), {
    code: 'EENVELOPE',
    command: 'RCPT TO:<SECRET>',
    cause: new Error('SECRET'),
  });
  logInto(lines).error({ [name]: error }, 'delivery failed');
  expect(JSON.parse(lines[0] ?? '')[name]).toEqual({
    name: 'TypeError',
    code: 'EENVELOPE',
    message: error.message.slice(0, 300),
  });
  expect(lines[0]).not.toContain('SECRET');
});

it('treats an error in the place of the details alike', () => {
  const lines: string[] = [];
  logInto(lines).warn(Object.assign(new Error('no'), { command: 'SECRET' }), 'failed');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'failed', err: { name: 'Error', message: 'no' } });
  expect(lines[0]).not.toContain('SECRET');
  expect(lines[0]).not.toContain('stack');
});

it('leaves out what is below its level', () => {
  const lines: string[] = [];
  const log = logInto(lines, 'warn');
  log.debug({}, 'a');
  log.info({}, 'b');
  log.warn({}, 'c');
  log.error({}, 'd');
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['c', 'd']);
});

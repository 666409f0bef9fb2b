import { describe, expect, it } from 'vitest';
import { type Bench, FORM, field, file, headerOf, multipart, openBench } from './stage.ts';

async function withCode(
  module: Parameters<typeof openBench>[0] = {},
): Promise<Bench & { readonly secret: string }> {
  const bench = await openBench(module);
  const body = module?.fields ? 'data[status]=Delivered' : 'status=Delivered';
  expect(await bench.send(FORM, body)).toMatchObject({ status: 428, result: 'otp-required' });
  return { ...bench, secret: bench.code() };
}

function expectNoCode({ crm, secret }: Bench & { readonly secret: string }): void {
  for (const { headers, path, body } of crm.received) {
    expect(`${JSON.stringify(headers)}${path}${body.toString('latin1')}`).not.toMatch(
      /otprules|otprules.otp/i,
    );
    expect(body.toString('latin1')).not.toContain(secret);
  }
}

describe('a code in a form', () => {
  it.each([
    'OTPRULES_OTP_7',
    'otprules_otp_7',
    'OTPRULES-OTP-7',
    'OTPRULES.OTP.7',
    'OTPRULES_OTP_DeliveryConfirmationOTP',
    '+OTPRULES_OTP_7',
  ])('as %s countersigns the save, and is cut out', async (name) => {
    const bench = await withCode();
    const heard = await bench.send(FORM, `n=1&${name}=${bench.secret}&status=Delivered`);
    expect(heard).toMatchObject({ status: 200, result: 'verified', code: 'used' });
    expect(bench.arrived()).toEqual({ type: FORM, body: 'n=1&status=Delivered' });
    expectNoCode(bench);
  });

  it.each(['data[OTPRULES_OTP_7]', 'OTPRULES_OTP_7'])('as %s beside or among the fields', async (name) => {
    const bench = await withCode({ fields: '/data' });
    const heard = await bench.send(
      FORM,
      `data[status]=Delivered&${encodeURIComponent(name)}=${bench.secret}`,
    );
    expect(heard).toMatchObject({ status: 200, code: 'used' });
    expect(bench.arrived().body).toBe('data[status]=Delivered');
    expectNoCode(bench);
  });

  it('as a part of a multipart form', async () => {
    const bench = await withCode();
    const { type, body } = multipart(
      field('status', 'Delivered'),
      field('otprules_otp_7', bench.secret),
      file('photo', 'p.jpg', '\0'),
    );
    expect(await bench.send(type, body)).toMatchObject({ status: 200, code: 'used' });
    expectNoCode(bench);
    expect(bench.arrived().body).toContain('name="photo"');
  });

  it('under a name that only some servers read goes no further either', async () => {
    const bench = await withCode();
    for (const name of ['data.OTPRULES_OTP_7', 'data[OTPRULES_OTP_7]x', '_OTPRULES_OTP_7'])
      expect(await bench.send(FORM, `notes=x&${name}=${bench.secret}`)).toMatchObject({ status: 200 });
    expectNoCode(bench);
    expect(bench.crm.saves.map(({ body }) => body.toString())).toEqual(['notes=x', 'notes=x', 'notes=x']);
  });

  it('twice is refused at no cost', async () => {
    const bench = await withCode();
    const heard = await bench.send(FORM, 'status=Delivered&OTPRULES_OTP_7=1&otprules-otp-7=2');
    expect(heard).toMatchObject({ status: 400, detail: expect.stringContaining('twice') });
    expect((await bench.rep.standing()).json['attempts_remaining']).toBe(3);
    expect(bench.crm.saves).toEqual([]);
  });

  it('as a file is no code, at no cost', async () => {
    const bench = await withCode();
    const { type, body } = multipart(
      field('status', 'Delivered'),
      file('OTPRULES_OTP_7', 'c.txt', bench.secret),
    );
    expect(await bench.send(type, body)).toMatchObject({ status: 403, result: 'otp-invalid' });
    expect((await bench.rep.standing()).json['attempts_remaining']).toBe(3);
    expect(bench.crm.saves).toEqual([]);
  });
});

describe('a guarded name stands once', () => {
  it.each([
    'status=x&status=Delivered',
    'status=x&+status=y',
    'status=x&STATUS=y',
    'status=x&status[]=y',
    'status=x&status%00=y',
    'status=x&[status]=y',
    'id=45&ID=45',
  ])('%s is refused', async (body) => {
    const bench = await openBench();
    const heard = await bench.send(FORM, body);
    expect(heard).toMatchObject({ status: 400, result: 'request-unreadable' });
    expect(heard.detail).toContain('Send it once');
    expect(bench.crm.saves).toEqual([]);
  });

  it('in a multipart form too', async () => {
    const bench = await openBench();
    const { type, body } = multipart(field('status', 'x'), field('Status', 'y'));
    expect(await bench.send(type, body)).toMatchObject({
      status: 400,
      detail: expect.stringContaining('"Status"'),
    });
  });

  it.each([
    'status=%FF',
    'status%FF=Delivered',
    'stat%E0us=Delivered&status%C3=x',
  ])('in UTF-8: %s', async (body) => {
    const bench = await openBench();
    const heard = await bench.send(FORM, body);
    expect(heard).toMatchObject({ status: 400, detail: expect.stringContaining('UTF-8') });
    expect(bench.crm.saves).toEqual([]);
  });

  it('and as a file it makes the rule apply', async () => {
    const bench = await openBench();
    const { type, body } = multipart(file('status', 's.txt', 'x'));
    expect(await bench.send(type, body)).toMatchObject({ status: 428, result: 'otp-required' });
  });
});

it('a form that names another charset for itself is refused', async () => {
  const bench = await openBench();
  for (const body of ['_charset_=utf-7&notes=x', '_charset_=iso-8859-1&notes=x']) {
    expect(await bench.send(FORM, body)).toMatchObject({
      status: 400,
      detail: expect.stringContaining('_charset_'),
    });
  }
  expect(await bench.send(FORM, '_charset_=UTF-8&notes=x')).toMatchObject({ status: 200 });
  expect(await bench.send(`${FORM}; charset=utf-16`, 'notes=%FC')).toMatchObject({
    status: 415,
    detail: expect.stringContaining('charset=utf-8'),
  });
});

it('a form goes on under its plain type', async () => {
  const bench = await openBench();
  await bench.send(`${FORM}; charset=UTF-8`, 'notes=x');
  const [save] = bench.crm.saves;
  expect(save && headerOf(save, 'content-type')).toBe(FORM);
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const SLIPS = [
  { id: 'slip-81', employee_number: '4720', phone: '+5511912340001', month: 'October', net: 'R$ 3,870.00' },
  { id: 'slip-82', employee_number: '4721', phone: '+5511987654378', month: 'October', net: 'R$ 5,210.40' },
];

/** A stand-in for an HR API: pay slips, found by employee number, shown to whoever has the agent's token. */
export async function startHr(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://hr.test');
    const id = /^\/api\/payslips\/([^/]+)$/.exec(pathname)?.[1];
    const slip = SLIPS.find((candidate) => candidate.id === id);
    const found = SLIPS.filter(
      ({ employee_number }) => employee_number === searchParams.get('employee_number'),
    );
    const isKnown = request.headers.authorization === 'Bearer agent';
    const body = id === undefined ? found : slip;
    response
      .writeHead(isKnown ? (body ? 200 : 404) : 401, { 'content-type': 'application/json' })
      .end(JSON.stringify(isKnown && body ? body : { error: 'no' }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

// In your project: import { createTestGateway, type TestGateway } from 'countersign/testing';
import { createTestGateway, type TestGateway } from '../../src/testing.ts';

/** The gateway in front of the HR API, with a clock that is turned by hand and an outbox in the place of WhatsApp. */
export function createHrGateway(url: string): TestGateway {
  return createTestGateway({
    listen: { port: 0 },
    admin: false,
    upstream: { url },
    modules: {
      Payslips: {
        dialect: 'rest',
        path: '/api/payslips',
        lookup: { path: '/api/payslips', query: 'employee_number', record: '/0' },
      },
    },
    channels: { whatsapp: { kind: 'outbox', address: 'phone' } },
    rules: [
      {
        id: 9,
        name: 'Payslip',
        module: 'Payslips',
        on: ['read'],
        when: true,
        grant: { idle: '30m', absolute: '24h' },
        send: { to: [{ channel: 'whatsapp', address: 'phone' }] },
      },
    ],
  });
}

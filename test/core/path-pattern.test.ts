import { expect, test } from 'vitest';
import { pathPatternOf } from '../../src/core/wire/path-pattern.ts';

test.each([
  ['/api/Invoices', '/api/Invoices'],
  ['/api/Invoices/', '/api/Invoices'],
  ['/api/Invoices/45', '/api/Invoices/*'],
  ['/api/v1/sales_orders/17x3/line-items', '/api/v1/sales_orders/*/line-items'],
  ['/services/data/v62.0/sobjects/Case/5003h00000ABCdE', '/services/data/v62.0/sobjects/Case/*'],
  ['/webservice.php', '/webservice.php'],
  ['/contacts/ann@example.com', '/contacts/*'],
  ['/contacts/ann%40example.com', '/contacts/*'],
  ['/login/3f2504e0-4f89-11d3-9a0c-0305e82c3301', '/login/*'],
  ['/a/b/c/d/e/f/g/h/i/j', '/a/b/c/d/e/f/g/h/**'],
  ['/', '/'],
])('%s is one of %s', (path, pattern) => {
  expect(pathPatternOf(path)).toBe(pattern);
});

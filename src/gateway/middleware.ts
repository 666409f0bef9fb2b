import type { PluginInput } from '../config/schema/schema.ts';
import type { Handler } from '../http/handler.ts';
import { createGatewayFrom } from './gateway.ts';
import type { Adapters } from './own-adapters.ts';
import { snapshotOf } from './snapshot-of.ts';

/** Express middleware (4 and 5) that answers every request that reaches it, and can be closed. */
export type CountersignMiddleware = Handler & { close(): Promise<void> };

/**
 * The gateway as middleware for an Express app, in the place of `createProxyMiddleware`. Mount it before any body parser:
 * behind one it answers 500, because what was parsed is not what would be judged.
 */
export function countersign(options: PluginInput, adapters: Adapters = {}): CountersignMiddleware {
  const gateway = createGatewayFrom(snapshotOf(options, adapters.plugins), adapters);
  const middleware: Handler = (request, response) => gateway.handler(request, response);
  return Object.assign(middleware, { close: gateway.close });
}

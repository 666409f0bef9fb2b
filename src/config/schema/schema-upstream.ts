import * as z from 'zod';
import { opening, pathPattern } from '../../kinds/paths.ts';
import { cookieName, duration, entryName, httpUrl, webOrigin } from '../../kinds/values.ts';

const settings = z.strictObject({
  url: httpUrl.describe('Where the CRM is: http or https, with or without a base path.'),
  timeout: duration('100ms', '1h').prefault('30s').describe('How long the CRM may take to answer.'),
  connectTimeout: duration('100ms', '5m')
    .prefault('5s')
    .describe('How long a connection to the CRM may take.'),
  caFile: z
    .string()
    .min(1)
    .optional()
    .describe("Certificates, as PEM, with which the CRM's certificate is checked."),
  host: z
    .enum(['keep', 'upstream'])
    .prefault('upstream')
    .describe(
      'The Host that the CRM sees: its own, that of url, or with "keep" the one that the client asked for, for a CRM that checks it or builds its links from it.',
    ),
});

/** For pages of another origin. */
export const corsSchema = z
  .strictObject({
    origins: z
      .array(webOrigin)
      .min(1)
      .describe('Origins of pages whose scripts may read our answers, such as https://app.example.com.'),
    credentials: z
      .boolean()
      .prefault(false)
      .describe('Whether such scripts may send cookies and other credentials.'),
  })
  .optional()
  .describe(
    "For pages of another origin: our own answers have CORS headers, and preflights allow our headers. The CRM's answers keep the CRM's own CORS headers.",
  );

/** Where everything goes that is not sent elsewhere: the CRM itself, or the name of one of several. */
const upstreamSchema = z.union([settings, entryName], {
  error: 'must have a url, or be a name of "upstreams"',
});

/** Several CRMs behind one origin, by name. */
const upstreamsSchema = z.record(
  entryName,
  settings.extend({
    cookies: z
      .array(cookieName)
      .prefault([])
      .describe(
        'Cookies that are its own and go nowhere else. All others go to the default upstream, and none of them to another.',
      ),
  }),
);

/** The settings of one way to a CRM. */
export type UpstreamSettings = z.output<typeof settings> & { readonly cookies?: readonly string[] };

/** One entry of `passthrough`. */
export const passthroughSchema = z.union(
  [
    opening,
    z.strictObject({
      path: opening.describe('The pattern, perhaps with a method before it.'),
      upstream: entryName.describe('Where it goes.'),
    }),
  ],
  { error: 'must be a pattern of paths, or { path, upstream }' },
);

/** Plain paths that go to another upstream than the default. */
const routesSchema = z.array(
  z.strictObject({
    path: pathPattern.describe(
      'Paths that no module names: plain segments, * for one, ** at the end for any rest.',
    ),
    upstream: entryName.describe('Where they go.'),
  }),
);

/** The keys that say where requests go. */
export const ways = {
  upstream: upstreamSchema.describe(
    'The CRM, or the name of the one of several where everything goes that is not sent elsewhere.',
  ),
  upstreams: upstreamsSchema.prefault({}).describe('Several CRMs behind one origin, by name.'),
  routes: routesSchema
    .prefault([])
    .describe('Plain paths that go to another upstream: reads, and what unmappedWrites lets through.'),
};

import * as z from 'zod';
import { duration, httpUrl, webOrigin } from '../../kinds/values.ts';

/** Where the CRM is, and how it is reached. */
export const upstreamSchema = z.strictObject({
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

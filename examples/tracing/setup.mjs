// Sends spans by OTLP over HTTP to $OTEL_EXPORTER_OTLP_ENDPOINT, by default http://localhost:4318:
//   npm install @opentelemetry/api @opentelemetry/context-async-hooks @opentelemetry/core @opentelemetry/exporter-trace-otlp-http \
//     @opentelemetry/resources @opentelemetry/sdk-trace
//   node --import ./examples/tracing/setup.mjs src/main.ts serve -c countersign.yaml
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

const provider = new TracerProvider({
  resource: resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME ?? 'countersign' }),
  // A trace that its sender began is sampled as the sender says; of the others a share.
  sampler: new ParentBasedSampler({
    root: new TraceIdRatioBasedSampler(Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 1)),
  }),
  spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
});
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(provider);

// The gateway ends by itself when it was told to stop and all is answered; the last spans leave then.
process.once('beforeExit', () => provider.shutdown().catch((error) => process.emitWarning(error)));

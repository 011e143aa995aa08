import { context, SeverityNumber, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { TOKEN } from '../http-under-test.ts';
import { useIngest } from './ingest-under-test.ts';

/** OpenTelemetry's own SDK and exporters, in both encodings, plain and gzip. */

const ingest = useIngest();

const resource = resourceFromAttributes({
  'service.name': 'checkout',
  'host.name': 'node-7',
  'deployment.environment.name': 'test',
});

const ENCODINGS = [
  ['protobuf', 'none'],
  ['protobuf', 'gzip'],
  ['json', 'none'],
  ['json', 'gzip'],
] as const;

type Settings = NonNullable<ConstructorParameters<typeof ProtobufLogExporter>[0]>;

const settingsFor = async (path: string, compression: 'none' | 'gzip'): Promise<Settings> => ({
  url: `${await ingest().listen()}${path}`,
  headers: { authorization: `Bearer ${TOKEN}` },
  compression: compression as NonNullable<Settings['compression']>,
});

describe.each(ENCODINGS)('in %s with compression %s', (encoding, compression) => {
  test('log records arrive with level, message, ids and attributes', async () => {
    const settings = await settingsFor('/v1/logs', compression);
    const exporter = encoding === 'json' ? new JsonLogExporter(settings) : new ProtobufLogExporter(settings);
    const provider = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] });
    const logger = provider.getLogger('cart', '1.2.0');
    const spanContext = {
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      traceFlags: 1,
    };
    logger.emit({
      severityNumber: SeverityNumber.ERROR2,
      severityText: 'SEVERE',
      body: 'payment timed out – größer',
      attributes: { 'http.response.status_code': 504, duration_ms: 5003.5, region: 'eu', retries: 3, tags: ['a', 'b'] },
      context: trace.setSpanContext(context.active(), spanContext),
    });
    logger.emit({ severityNumber: SeverityNumber.INFO, body: { event: 'paid', amount: 12 } });
    await provider.shutdown();
    expect(
      await ingest().rows(
        `FROM logs | SORT level | KEEP service.name, level, message, duration_ms, status_code, trace.id, span.id, host.name,
         attributes.region, attributes.retries, attributes.tags, attributes.otel.scope.name, attributes.deployment.environment.name`,
      ),
    ).toEqual([
      [
        'checkout',
        'error',
        'payment timed out – größer',
        5003.5,
        504,
        '4bf92f3577b34da6a3ce929d0e0e4736',
        '00f067aa0ba902b7',
        'node-7',
        'eu',
        '3',
        '["a","b"]',
        'cart',
        'test',
      ],
      [
        'checkout',
        'info',
        '{"event":"paid","amount":12}',
        null,
        null,
        null,
        null,
        'node-7',
        null,
        null,
        null,
        'cart',
        'test',
      ],
    ]);
  });

  test('spans arrive with kind, status, parent and duration', async () => {
    const settings = await settingsFor('/v1/traces', compression);
    const exporter = encoding === 'json' ? new JsonTraceExporter(settings) : new ProtobufTraceExporter(settings);
    const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
    const tracer = provider.getTracer('http');
    const startMs = Date.now() - 1000;
    const server = tracer.startSpan('GET /cart', { kind: SpanKind.SERVER, startTime: startMs });
    const client = tracer.startSpan(
      'charge',
      { kind: SpanKind.CLIENT, startTime: startMs + 10, attributes: { 'peer.service': 'payment', attempt: 2 } },
      trace.setSpan(context.active(), server),
    );
    client.recordException(new TypeError('card refused'));
    client.setStatus({ code: SpanStatusCode.ERROR, message: 'refused' });
    client.end(startMs + 260);
    server.end(startMs + 300);
    await provider.shutdown();
    const { traceId, spanId } = server.spanContext();
    expect(
      await ingest().rows(
        `FROM spans | SORT duration_ms | KEEP trace.id, span.id, parent.id, service.name, span.name, span.kind, peer.service, duration_ms, status,
         attributes.attempt, attributes.exception.message, attributes.otel.status_description`,
      ),
    ).toEqual([
      [
        traceId,
        client.spanContext().spanId,
        spanId,
        'checkout',
        'charge',
        'client',
        'payment',
        250,
        'error',
        '2',
        'card refused',
        'refused',
      ],
      [traceId, spanId, null, 'checkout', 'GET /cart', 'server', null, 300, 'unset', null, null, null],
    ]);
  });

  test('metrics arrive as values, and distributions as their reductions', async () => {
    const settings = await settingsFor('/v1/metrics', compression);
    const exporter = encoding === 'json' ? new JsonMetricExporter(settings) : new ProtobufMetricExporter(settings);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ resource, readers: [reader] });
    const meter = provider.getMeter('shop');
    meter.createCounter('orders', { unit: '{order}' }).add(3, { country: 'de' });
    meter.createGauge('queue.depth').record(-2.5);
    const latency = meter.createHistogram('latency', { unit: 'ms' });
    for (const value of [5, 15, 40]) latency.record(value);
    await provider.shutdown();
    expect(
      await ingest().rows(
        `FROM metrics | SORT metric.name | KEEP metric.name, value, unit, service.name, attributes.country,
         attributes.metric.type, attributes.metric.temporality, attributes.metric.is_monotonic`,
      ),
    ).toEqual([
      ['latency.count', 3, null, 'checkout', null, 'histogram', 'cumulative', null],
      ['latency.max', 40, 'ms', 'checkout', null, 'histogram', 'cumulative', null],
      ['latency.min', 5, 'ms', 'checkout', null, 'histogram', 'cumulative', null],
      ['latency.sum', 60, 'ms', 'checkout', null, 'histogram', 'cumulative', null],
      ['orders', 3, '{order}', 'checkout', 'de', 'sum', 'cumulative', 'true'],
      ['queue.depth', -2.5, null, 'checkout', null, 'gauge', null, null],
    ]);
  });
});

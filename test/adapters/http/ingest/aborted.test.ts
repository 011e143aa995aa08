import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { createPrometheusMetrics } from '#adapters/http/prometheus-metrics.ts';
import { recordingLogger } from '../../../support/recording.ts';
import { serverOf, TOKEN } from '../http-under-test.ts';

test.each([
  ['ndjson', '/ingest/ndjson', 'application/x-ndjson', []],
  ['ndjson', '/ingest/ndjson', 'application/x-ndjson', ['content-encoding: gzip']],
  ['bulk', '/_bulk', 'application/x-ndjson', []],
  ['otlp', '/v1/logs', 'application/x-protobuf', []],
  ['otlp', '/v1/logs', 'application/x-protobuf', ['content-encoding: gzip']],
])('a sender of %s to %s (%s, %j) that goes away is no fault of ours', async (format, path, type, more) => {
  const logger = recordingLogger();
  const metrics = createPrometheusMetrics();
  const app = serverOf({ logger, metrics });
  try {
    const { hostname, port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const arrived = once(app.server, 'request');
    const head = [`POST ${path} HTTP/1.1`, 'host: sentinel', `authorization: Bearer ${TOKEN}`, 'content-length: 999'];
    socket.write([...head, `content-type: ${type}`, ...more, '', ''].join('\r\n'));
    await arrived;
    socket.write(more.length === 0 ? '{"message"' : gzipSync('{"message"').subarray(0, 15));
    socket.destroy();
    await vi.waitFor(async () =>
      expect(await metrics.render()).toContain(
        `sentinel_ingest_requests_total{format="${format}",outcome="aborted"} 1`,
      ),
    );
    const told = logger.lines.filter(({ level }) => level !== 'debug');
    expect(told).toEqual([
      { level: 'info', fields: { format }, message: 'A sender went away before its request was complete' },
    ]);
  } finally {
    await app.close();
  }
});

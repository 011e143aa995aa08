import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { MINUTE_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import type { LogRecord } from '#ports/telemetry-store.ts';
import { makeRequests } from '../synthetic-logs.ts';
import { encodeOtlp } from './encode-otlp.ts';
import type { SendOrder, SendReport } from './send.ts';

/** Makes the bodies of one order, then sends them as fast as they are answered, and tells how long that took. */

const SERVICES = 20;

const toLine = (row: LogRecord): string =>
  JSON.stringify({
    '@timestamp': new Date(row.timestampMs).toISOString(),
    'service.name': row.service,
    level: row.level,
    message: row.message,
    duration_ms: row.durationMs,
    status_code: row.statusCode,
    'trace.id': row.traceId,
    'host.name': row.host,
  });

const FORMATS: Readonly<
  Record<SendOrder['format'], { path: string; type: string; encode(rows: readonly LogRecord[]): Buffer }>
> = {
  ndjson: {
    path: '/ingest/ndjson?index=logs',
    type: 'application/x-ndjson',
    encode: (rows) => Buffer.from(rows.map((row) => `${toLine(row)}\n`).join('')),
  },
  'otlp-logs': { path: '/v1/logs', type: 'application/x-protobuf', encode: (rows) => encodeOtlp(rows, 'logs') },
  'otlp-spans': { path: '/v1/traces', type: 'application/x-protobuf', encode: (rows) => encodeOtlp(rows, 'traces') },
};

const agent = new Agent({ keepAlive: true });

const post = (order: SendOrder, body: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const { path, type } = FORMATS[order.format];
    const headers = { authorization: `Bearer ${order.token}`, 'content-type': type, 'content-length': body.length };
    const sent = request(`${order.address}${path}`, { method: 'POST', agent, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const answer = Buffer.concat(parts).toString();
        const isWhole =
          response.statusCode === 200 && !answer.includes('refused') && !/"rejectedCount":[1-9]/.test(answer);
        if (isWhole) resolve();
        else reject(new Error(`Answered ${response.statusCode}: ${answer.slice(0, 500)}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });

const sendAll = async (order: SendOrder, bodies: readonly Buffer[]): Promise<void> => {
  const rest = bodies.values();
  const sender = async (): Promise<void> => {
    for (const body of rest) await post(order, body);
  };
  await Promise.all(Array.from({ length: order.connections }, sender));
};

process.once('message', (order: SendOrder) => {
  const nowMs = Date.now();
  const options = { count: order.warmUp + order.rows, services: SERVICES, fromMs: nowMs - 5 * MINUTE_MS, toMs: nowMs };
  const rows = makeRequests(seededRandom(1), options);
  const bodies: Buffer[] = [];
  const { encode } = FORMATS[order.format];
  for (let at = 0; at < rows.length; at += order.batch) bodies.push(encode(rows.slice(at, at + order.batch)));
  const warm = Math.ceil(order.warmUp / order.batch);
  void (async () => {
    await sendAll(order, bodies.slice(0, warm));
    const isToGo = once(process, 'message');
    process.send?.('ready');
    await isToGo;
    const startedMs = performance.now();
    const before = process.cpuUsage();
    await sendAll(order, bodies.slice(warm));
    const { user, system } = process.cpuUsage(before);
    const ms = performance.now() - startedMs;
    const report: SendReport = { ms, rows: rows.length - warm * order.batch, cpuUs: user + system };
    process.send?.(report);
    agent.destroy();
    process.disconnect();
  })();
});

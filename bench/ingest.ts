import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SECOND_MS } from '#kernel/duration.ts';
import { printResult } from './machine.ts';
import { openBenchSentinel } from './sentinel.ts';
import { type SendOrder, sendFromOutside } from './ingest/send.ts';

/**
 * Rows per second from a sender in another process through HTTP until they are committed to the embedded
 * store's file, by one process that does everything else as well. Bodies are made before the clock starts.
 */

const TOKEN = 'bench-token-0123456789';
const WARM_UP = 100_000;
const NANOSECONDS = 1e6;

const FIGURES = [
  { figure: 'ndjsonLogsPerSecond', format: 'ndjson', rows: 1_000_000 },
  { figure: 'otlpLogsPerSecond', format: 'otlp-logs', rows: 600_000 },
  { figure: 'otlpSpansPerSecond', format: 'otlp-spans', rows: 600_000 },
] as const satisfies readonly { figure: string; format: SendOrder['format']; rows: number }[];

/** What a collector sends by default in one request: 8,192 records. */
const BATCH = 8_192;
const CONNECTIONS = 4;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const port = await freePort();
const { sentinel, stop } = await openBenchSentinel({ port, ingestToken: TOKEN });
try {
  await sentinel.start();
  const result: Record<string, number> = {};
  for (const { figure, format, rows } of FIGURES) {
    if (only !== undefined && only !== format) continue;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    let before = process.cpuUsage();
    let loopBefore = process.threadCpuUsage();
    const sent = await sendFromOutside(
      {
        format,
        rows,
        address: `http://127.0.0.1:${port}`,
        token: TOKEN,
        warmUp: WARM_UP,
        batch: BATCH,
        connections: CONNECTIONS,
      },
      () => {
        delay.enable();
        before = process.cpuUsage();
        loopBefore = process.threadCpuUsage();
      },
    );
    const all = process.cpuUsage(before);
    const loop = process.threadCpuUsage(loopBefore);
    delay.disable();
    const name = figure.replace('PerSecond', '');
    const perRow = (us: number): number => Math.round((us / sent.rows) * 10) / 10;
    // Unlike the speed, processor time hardly depends on what else the machine does.
    result[`${name}CpuUs`] = perRow(all.user + all.system);
    result[`${name}LoopCpuUs`] = perRow(loop.user + loop.system);
    result[`${name}SenderCpuUs`] = perRow(sent.cpuUs);
    result[figure] = Math.round((sent.rows / sent.ms) * SECOND_MS);
    result[`${name}LongestBlockMs`] = Math.round(delay.max / NANOSECONDS);
    result[`${name}BlockMsP99`] = Math.round(delay.percentile(99) / NANOSECONDS);
  }
  printResult(result);
} finally {
  await stop();
}

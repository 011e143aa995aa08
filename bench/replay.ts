import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { createShop } from '../simulator/shop.ts';

/** Seconds, processor seconds and memory of `npm run replay` on a million lines of two hours. */

const LINES = 1_000_000;
const SPAN_MS = 2 * HOUR_MS;
// The shop writes about 516,000 lines in these two hours at its usual load, fewer towards the end.
const LOAD = 2.2;
const START = new Date('2026-11-20T16:00:00Z');
const FAULT = { fault: 'bad-deploy', startMs: 90 * MINUTE_MS, endMs: 98 * MINUTE_MS };

const after = (ms: number): Date => new Date(START.getTime() + ms);

/** Exactly LINES lines over SPAN_MS: what is beyond is left out evenly, so that the end is not cut off. */
const writeLines = async (path: string): Promise<void> => {
  const shop = createShop({
    seed: 1,
    startAt: START,
    load: LOAD,
    faults: [{ fault: FAULT.fault, startAt: after(FAULT.startMs), endAt: after(FAULT.endMs) }],
  });
  const out = createWriteStream(path);
  let written = 0;
  for (let ms = MINUTE_MS; ms <= SPAN_MS; ms += MINUTE_MS) {
    const rows = shop.advanceTo(after(ms)).flatMap((batch) => batch.logs ?? []);
    const quota = Math.round((LINES * ms) / SPAN_MS) - written;
    for (const [index, row] of rows.entries()) {
      if (
        rows.length > quota &&
        Math.floor(((index + 1) * quota) / rows.length) === Math.floor((index * quota) / rows.length)
      )
        continue;
      written += 1;
      const line = {
        '@timestamp': new Date(row.timestampMs).toISOString(),
        'service.name': row.service,
        level: row.level,
        message: row.message,
        duration_ms: row.durationMs ?? undefined,
        status_code: row.statusCode ?? undefined,
        'trace.id': row.traceId,
        'span.id': row.spanId,
        'host.name': row.host,
      };
      if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, 'drain');
    }
  }
  out.end();
  await once(out, 'close');
};

interface Run {
  readonly seconds: number;
  readonly printed: string;
  readonly userSeconds: number;
  readonly systemSeconds: number;
  readonly residentMbAtMost: number;
}

/** Printed by the process itself as it ends: what it used in all. */
const USAGE_HOOK = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.error('\\nUSAGE ' + JSON.stringify({ userCPUTime, systemCPUTime, maxRSS }));
});`;

const runReplay = async (path: string): Promise<Run> => {
  const startedAt = performance.now();
  const hook = `data:text/javascript,${encodeURIComponent(USAGE_HOOK)}`;
  const child = spawn(process.execPath, ['--import', hook, 'src/replay.ts', '--logs', path, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The replay ended with ${code}:\n${errors}`);
  const usage = JSON.parse(/^USAGE (.*)$/m.exec(errors)?.[1] ?? '{}') as Record<string, number>;
  return {
    seconds: (performance.now() - startedAt) / SECOND_MS,
    printed,
    userSeconds: (usage['userCPUTime'] ?? 0) / 1e6,
    systemSeconds: (usage['systemCPUTime'] ?? 0) / 1e6,
    residentMbAtMost: Math.round((usage['maxRSS'] ?? 0) / 1000),
  };
};

interface Printed {
  readonly ticks: number;
  readonly lines: { readonly kept: number };
  readonly incidents: readonly { readonly services: readonly string[] }[];
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

const directory = await mkdtemp(join(tmpdir(), 'sentinel-bench-'));
try {
  const path = join(directory, 'shop.ndjson');
  await writeLines(path);
  const megabytes = Math.round((await stat(path)).size / 1e6);
  const loadBefore = rounded(loadavg()[0] ?? 0);
  const run = await runReplay(path);
  const { ticks, lines, incidents } = JSON.parse(run.printed) as Printed;
  const result = {
    lines: lines.kept,
    megabytes,
    ticks,
    incidents: incidents.length,
    seconds: rounded(run.seconds),
    userSeconds: rounded(run.userSeconds),
    systemSeconds: rounded(run.systemSeconds),
    residentMbAtMost: run.residentMbAtMost,
    loadBefore,
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}`,
  };
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else console.table(result);
  if (lines.kept !== LINES || incidents.length !== 1) process.exitCode = 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}

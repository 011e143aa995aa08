import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { loadWatchSettings } from '#config.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { LogRecord, SpanRecord } from '#ports/telemetry-store.ts';
import { readFlags } from '#replay/read-flags.ts';
import type { ReplayReport } from '#replay/report.ts';
import { runReplay } from '#replay/run-replay.ts';
import { createShop } from '../../simulator/shop.ts';
import { openTestState } from '../support/state.ts';

export const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'sentinel-replay-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

export const writeInput = (content: string | Uint8Array, name = 'shop.ndjson'): string => {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, content);
  return path;
};

/** Runs with a command line, sentinel.yaml being the given text. */
export const replay = async (
  args: readonly string[],
  options: { readonly yaml?: string; readonly stdin?: string | Uint8Array } = {},
): Promise<ReplayReport> => {
  const read = readFlags(args);
  if (read.kind !== 'run') throw new Error(`flags: ${JSON.stringify(read)}`);
  const loaded = loadWatchSettings({ env: {}, readFile: () => options.yaml ?? null });
  if (loaded.kind !== 'ok') throw new Error(JSON.stringify(loaded.problems));
  return runReplay(
    {
      stdin: Readable.from([options.stdin ?? ''].map((text) => Buffer.from(text))),
      progress: { show: () => undefined, end: () => undefined },
      openState: openTestState,
    },
    read.flags,
    loaded.settings,
  );
};

const plainLog = (row: LogRecord): object => ({
  '@timestamp': new Date(row.timestampMs).toISOString(),
  'service.name': row.service,
  level: row.level,
  message: row.message,
  duration_ms: row.durationMs,
  status_code: row.statusCode,
  'trace.id': row.traceId,
  'host.name': row.host,
});

export const ecsLog = (row: LogRecord): object => ({
  '@timestamp': new Date(row.timestampMs).toISOString(),
  service: { name: row.service },
  log: { level: row.level?.toUpperCase() },
  message: row.message,
  event: { duration: row.durationMs === null ? null : Math.round(row.durationMs * 1e6) },
  'http.response.status_code': row.statusCode,
  trace: { id: row.traceId },
});

const plainSpan = (row: SpanRecord): object => ({
  '@timestamp': new Date(row.timestampMs).toISOString(),
  'service.name': row.service,
  'trace.id': row.traceId,
  'span.id': row.spanId,
  'parent.id': row.parentId,
  'span.name': row.name,
  'span.kind': row.kind,
  duration_ms: row.durationMs,
  status: row.status,
});

export interface ShopDay {
  readonly logs: readonly LogRecord[];
  readonly spans: readonly SpanRecord[];
}

/** What a simulated shop says from a time on, with one fault or none. */
export const shopDay = (options: {
  readonly startAt: Date;
  readonly minutes: number;
  readonly fault?: { readonly name: string; readonly fromMinute: number; readonly toMinute: number };
  readonly load?: number;
  readonly seed?: number;
}): ShopDay => {
  const { startAt, minutes, fault, load = 0.5, seed = 11 } = options;
  const at = (minute: number): Date => new Date(startAt.getTime() + minute * MINUTE_MS);
  const faults = fault ? [{ fault: fault.name, startAt: at(fault.fromMinute), endAt: at(fault.toMinute) }] : [];
  const shop = createShop({ seed, startAt, faults, load });
  const logs: LogRecord[] = [];
  const spans: SpanRecord[] = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    for (const batch of shop.advanceTo(at(minute))) {
      for (const row of batch.logs ?? []) logs.push(row);
      for (const row of batch.spans ?? []) spans.push(row);
    }
  }
  return { logs, spans };
};

export const toNdjson = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
export const logsText = (day: ShopDay, toLine: (row: LogRecord) => object = plainLog): string =>
  toNdjson(day.logs.map(toLine));
export const spansText = (day: ShopDay): string => toNdjson(day.spans.map(plainSpan));

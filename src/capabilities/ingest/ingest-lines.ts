import type { RejectedRow } from '#ports/telemetry-store.ts';
import { nextTurn } from './next-turn.ts';
import { type IngestLine, readLines } from './read-lines.ts';
import { type IngestRecord, readRecord } from './read-record.ts';
import type { IngestIndex } from './record-fields.ts';
import { addRecord, addRefusal, createRowBatch, isEmpty, type RowBatch, type RowStore } from './row-batch.ts';

export interface IngestLinesDeps {
  readonly telemetryStore: RowStore;
  /** What of a record is stored; null: nothing, and the line is neither accepted nor rejected. By default all of it. */
  readonly select?: (record: IngestRecord) => IngestRecord | null;
  /** Beyond so many rejected lines the rest is not read; by default it is, whatever comes. */
  readonly maxRejected?: number;
}

/** So many lines of a body were rejected that the rest was not read. The message is a sentence for the sender. */
export class TooManyRejected extends Error {}

export interface RejectedLine {
  /** From 1. */
  readonly line: number;
  readonly field: string | null;
  readonly reason: string;
}

/** What became of a request's lines so far; it is filled while they are read, so that a fault midway can still tell. */
export interface IngestTally {
  /** Read so far, blank ones not counted. */
  lines: number;
  accepted: number;
  rejectedCount: number;
  /** Every line up to here is accepted or rejected; of those behind it none is stored, unless the store's fault leaves it open. */
  settledThroughLine: number;
  /** The first ones. */
  readonly rejected: RejectedLine[];
}

// A message and its attributes at their own limits, in UTF-8, fit four times over.
export const MAX_LINE_BYTES = 524_288;
export const MAX_LISTED_REJECTIONS = 100;
// What the embedded store writes at the least cost a row.
export const MAX_BATCH_ROWS = 8_192;
const MAX_BATCH_BYTES = 4_000_000;
// Reading this many takes a few milliseconds, which is as long as others may wait.
const LINES_PER_TURN = 1_024;

export const createTally = (): IngestTally => ({
  lines: 0,
  accepted: 0,
  rejectedCount: 0,
  settledThroughLine: 0,
  rejected: [],
});

const addRejection = (tally: IngestTally, rejection: RejectedLine): void => {
  tally.rejectedCount += 1;
  if (tally.rejected.length < MAX_LISTED_REJECTIONS) tally.rejected.push(rejection);
};

const lineOf = (batch: RowBatch, row: RejectedRow): number => batch.items[row.kind][row.index] ?? 0;

/**
 * Reads NDJSON and appends it in batches, the next of which is read while the last is written; blank
 * lines are skipped. Throws what the body or the store throws, and TooManyRejected, once nothing is being
 * written any more.
 */
export const ingestLines = async (
  deps: IngestLinesDeps,
  body: AsyncIterable<Uint8Array>,
  index: IngestIndex,
  tally: IngestTally,
): Promise<void> => {
  const { telemetryStore, select = (record) => record, maxRejected = Number.POSITIVE_INFINITY } = deps;
  let batch = createRowBatch();
  let appending: Promise<void> = Promise.resolve();
  const append = async (full: RowBatch): Promise<void> => {
    const outcome = await telemetryStore.append(full);
    tally.accepted += outcome.accepted;
    tally.settledThroughLine = full.lastItem;
    for (const row of outcome.rejected) {
      addRejection(tally, { line: lineOf(full, row), field: row.field, reason: row.reason });
    }
  };
  const flush = async (): Promise<void> => {
    await appending;
    if (isEmpty(batch)) return;
    appending = append(batch);
    // Awaited before the next batch or at the end; until then a failure is not an unhandled one.
    appending.catch(() => undefined);
    batch = createRowBatch();
  };
  const take = ({ number, text, bytes }: IngestLine): void => {
    if (text?.trim() === '') return;
    tally.lines += 1;
    if (text === null) {
      addRejection(tally, { line: number, field: null, reason: `the line is longer than ${MAX_LINE_BYTES} bytes` });
      addRefusal(batch, index, number);
      return;
    }
    const outcome = readRecord(text, index);
    if (outcome.kind === 'refused') {
      addRejection(tally, { line: number, field: outcome.field, reason: outcome.reason });
      addRefusal(batch, outcome.index, number);
      return;
    }
    const record = select(outcome.record);
    if (record) addRecord(batch, record, number, bytes);
  };
  try {
    for await (const lines of readLines(body, MAX_LINE_BYTES)) {
      for (const line of lines) {
        take(line);
        if (batch.rows >= MAX_BATCH_ROWS || batch.bytes >= MAX_BATCH_BYTES) await flush();
        if (tally.rejectedCount > maxRejected) {
          await flush();
          throw new TooManyRejected(`More than ${maxRejected} lines were rejected; the rest was not read.`);
        }
        if (line.number % LINES_PER_TURN === 0) await nextTurn();
      }
      // A body that has arrived whole would otherwise be read in one go, and the writer stand still meanwhile.
      await nextTurn();
    }
    await flush();
  } finally {
    await appending;
    // The store's refusals come a batch later than those of reading.
    tally.rejected.sort((a, b) => a.line - b.line);
  }
};

import { nextTurn } from './next-turn.ts';
import { readOtlpJson } from './otlp/read-json.ts';
import type { OtlpEncoding, OtlpRefusals } from './otlp/otlp-answer.ts';
import type { OtlpSignal } from './otlp/read-otlp.ts';
import { readOtlpProtobuf } from './otlp/read-protobuf.ts';
import type { IngestIndex } from './record-fields.ts';
import { assertRoomForAll } from './no-room.ts';
import { bytesOfRow, createRequestBudget } from './request-budget.ts';
import { createRefusals } from './otlp/refusals.ts';
import { addRecord, addRefusal, createRowBatch, type RowStore } from './row-batch.ts';

export interface IngestOtlpDeps {
  readonly telemetryStore: RowStore;
}

export interface OtlpRequest {
  readonly body: Buffer;
  readonly encoding: OtlpEncoding;
  readonly signal: OtlpSignal;
  readonly receivedMs: number;
  /** A digest of the body: the same where the sender repeats it; null: the store has no use for it. */
  readonly key: string | null;
}

export interface OtlpOutcome {
  /** Records; of metrics, data points. */
  readonly accepted: number;
  readonly refusals: OtlpRefusals;
}

const INDEX_OF_SIGNAL: Readonly<Record<OtlpSignal, IngestIndex>> = {
  logs: 'logs',
  traces: 'spans',
  metrics: 'metrics',
};

// Reading this many takes a few milliseconds, which is as long as others may wait.
const RECORDS_PER_TURN = 1_024;

/**
 * Throws MalformedBody for a body that cannot be read, RequestTooLarge for one that brings too much, and what the
 * store throws; then nothing was stored. Where it has no room for some of the rows it throws AppError
 * `limit-exceeded`: the request is to be repeated as a whole, and what is stored of it and has a time of its own
 * is known again.
 */
export const ingestOtlp = async (deps: IngestOtlpDeps, request: OtlpRequest): Promise<OtlpOutcome> => {
  const batch = createRowBatch();
  const refusals = createRefusals();
  const budget = createRequestBudget(deps.telemetryStore, 'records');
  const read = request.encoding === 'json' ? readOtlpJson : readOtlpProtobuf;
  const reading = read(request.body, request.signal, {
    receivedMs: request.receivedMs,
    begin: (origin) => budget.begin(origin?.bytes ?? 0),
    take: (record, item, hasOwnTime) => {
      const bytes = bytesOfRow(record);
      budget.hold(bytes);
      // One without a time of its own gets another at the next attempt, and two of them may be alike.
      const isKnownAgain = request.key !== null && hasOwnTime;
      addRecord(batch, record, item, bytes, isKnownAgain ? `${request.key}-${batch.rows}` : null);
    },
    refuse: (item, _field, reason) => {
      addRefusal(batch, INDEX_OF_SIGNAL[request.signal], item);
      refusals.add(item, reason);
    },
  });
  let step: IteratorResult<void, number>;
  try {
    step = reading.next();
    for (let count = 1; step.done !== true; count += 1) {
      if (count % RECORDS_PER_TURN === 0) await nextTurn();
      step = reading.next();
    }
  } finally {
    budget.release();
  }
  const items = step.value;
  const { rejected } = await deps.telemetryStore.append(batch);
  assertRoomForAll(rejected, batch.rows);
  for (const row of rejected) refusals.add(batch.items[row.kind][row.index] ?? 0, row.reason);
  return { accepted: items - refusals.count(), refusals: { count: refusals.count(), message: refusals.tell(items) } };
};

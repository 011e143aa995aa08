import { nextTurn } from './next-turn.ts';
import { readOtlpJson } from './otlp/read-json.ts';
import type { OtlpEncoding, OtlpRefusals } from './otlp/otlp-answer.ts';
import type { OtlpSignal } from './otlp/read-otlp.ts';
import { readOtlpProtobuf } from './otlp/read-protobuf.ts';
import type { IngestIndex } from './record-fields.ts';
import { addRecord, addRefusal, createRowBatch, type RowStore } from './row-batch.ts';

export interface IngestOtlpDeps {
  readonly telemetryStore: RowStore;
}

export interface OtlpRequest {
  readonly body: Buffer;
  readonly encoding: OtlpEncoding;
  readonly signal: OtlpSignal;
  readonly receivedMs: number;
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

const MAX_TOLD_REASONS = 5;
const MAX_TOLD_RECORDS = 10;
// Reading this many takes a few milliseconds, which is as long as others may wait.
const RECORDS_PER_TURN = 1_024;

/** Throws MalformedBody for a body that cannot be read, and what the store throws; then nothing was stored. */
export const ingestOtlp = async (deps: IngestOtlpDeps, request: OtlpRequest): Promise<OtlpOutcome> => {
  const batch = createRowBatch();
  const reasons = new Map<number, string>();
  const refuse = (item: number, reason: string): void => {
    if (!reasons.has(item)) reasons.set(item, reason);
  };
  const read = request.encoding === 'json' ? readOtlpJson : readOtlpProtobuf;
  const reading = read(request.body, request.signal, {
    receivedMs: request.receivedMs,
    take: (record, item) => addRecord(batch, record, item, 0),
    refuse: (item, _field, reason) => {
      addRefusal(batch, INDEX_OF_SIGNAL[request.signal], item);
      refuse(item, reason);
    },
  });
  let step = reading.next();
  for (let count = 1; step.done !== true; count += 1) {
    if (count % RECORDS_PER_TURN === 0) await nextTurn();
    step = reading.next();
  }
  const items = step.value;
  const { rejected } = await deps.telemetryStore.append(batch);
  for (const row of rejected) refuse(batch.items[row.kind][row.index] ?? 0, row.reason);
  return { accepted: items - reasons.size, refusals: { count: reasons.size, message: tell(reasons, items) } };
};

const someOf = (all: readonly string[], limit: number, separator: string): string => {
  const told = all.slice(0, limit).join(separator);
  return all.length > limit ? `${told}${separator}and ${all.length - limit} more` : told;
};

/** One sentence for each reason, in the order of the first record that it is of. */
const tell = (reasons: ReadonlyMap<number, string>, items: number): string => {
  if (reasons.size === 0) return '';
  const inOrder = [...reasons].toSorted(([a], [b]) => a - b);
  const groups = [...Map.groupBy(inOrder, ([, reason]) => reason)];
  if (items === 1) return `the only record was refused: ${groups[0]?.[0]}`;
  const sentences = groups.map(([reason, of]) => {
    const records = someOf(
      of.map(([item]) => String(item)),
      MAX_TOLD_RECORDS,
      ', ',
    );
    return `${reason} (record${of.length === 1 ? '' : 's'} ${records})`;
  });
  const verb = reasons.size === 1 ? 'was' : 'were';
  const told = someOf(sentences, MAX_TOLD_REASONS, '; ');
  return `${reasons.size} of ${items} records ${verb} refused, counted from 0: ${told}`;
};

import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { createLineFilter, type LogsEnvelope, readCloudwatchEvent } from './read-cloudwatch.ts';
import { addRecord, createRowBatch } from './row-batch.ts';

export interface IngestCloudwatchDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'append'>;
}

export interface RejectedEvent {
  /** From 0, over all envelopes of the request. */
  readonly event: number;
  readonly field: string | null;
  readonly reason: string;
}

export interface CloudwatchOutcome {
  readonly accepted: number;
  readonly rejectedCount: number;
  /** The first ones. */
  readonly rejected: readonly RejectedEvent[];
}

const MAX_LISTED_REJECTIONS = 100;

/** Stores the events of a request together: all of them, or, where the store fails, none. */
export const ingestCloudwatch = async (
  deps: IngestCloudwatchDeps,
  envelopes: readonly LogsEnvelope[],
  filter: readonly string[],
): Promise<CloudwatchOutcome> => {
  const findWord = createLineFilter(filter);
  const batch = createRowBatch();
  const rejected: RejectedEvent[] = [];
  let event = 0;
  for (const envelope of envelopes) {
    for (const each of envelope.events) {
      const outcome = readCloudwatchEvent(each, envelope, findWord);
      if (outcome.kind === 'record') addRecord(batch, outcome.record, event, 0);
      else rejected.push({ event, field: outcome.field, reason: outcome.reason });
      event += 1;
    }
  }
  if (batch.rows > 0) {
    const outcome = await deps.telemetryStore.append(batch);
    for (const row of outcome.rejected) {
      rejected.push({ event: batch.items[row.kind][row.index] ?? 0, field: row.field, reason: row.reason });
    }
  }
  rejected.sort((a, b) => a.event - b.event);
  return {
    accepted: event - rejected.length,
    rejectedCount: rejected.length,
    rejected: rejected.slice(0, MAX_LISTED_REJECTIONS),
  };
};

import type { MatchedDelivery, MatchedLine } from '#kernel/matched-delivery.ts';
import { nextTurn } from './next-turn.ts';
import { assertRoomForAll } from './no-room.ts';
import { createLineFilter, type Delivery, readCloudwatchEvent } from './read-cloudwatch.ts';
import { bytesOfRow, createRequestBudget, RequestTooLarge } from './request-budget.ts';
import { addRecord, addRefusal, createRowBatch, type RowStore } from './row-batch.ts';

export interface IngestCloudwatchDeps {
  readonly telemetryStore: RowStore;
  /** Keeps the lines that the filter found, so that they open incidents; a repeated delivery only once. Null: they do not. */
  readonly keepMatches: ((deliveries: readonly MatchedDelivery[]) => Promise<void>) | null;
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
// Reading this many takes a few milliseconds, which is as long as others may wait.
const EVENTS_PER_TURN = 1_024;

/** Of deliveries that were stored one after the other; the places of their events go on. */
export const joinOutcomes = (outcomes: readonly CloudwatchOutcome[]): CloudwatchOutcome => {
  const joined = { accepted: 0, rejectedCount: 0, rejected: [] as RejectedEvent[] };
  for (const { accepted, rejectedCount, rejected } of outcomes) {
    const before = joined.accepted + joined.rejectedCount;
    joined.rejected.push(...rejected.map((each) => ({ ...each, event: before + each.event })));
    joined.accepted += accepted;
    joined.rejectedCount += rejectedCount;
  }
  return { ...joined, rejected: joined.rejected.slice(0, MAX_LISTED_REJECTIONS) };
};

/**
 * Stores deliveries together: all of them, or, where the store fails, none; but where there are more events than may
 * be stored at once, in halves. Lines that open incidents are kept before: what fails there has stored no row that the
 * sender's next attempt would store again, and what fails afterwards is counted once however often it comes. Throws
 * RequestTooLarge for one delivery of too many events. Where the store has no room for some of the rows it throws
 * AppError `limit-exceeded`: the request is to be repeated as a whole, and what is stored of it already is known again.
 */
export const ingestCloudwatch = async (
  deps: IngestCloudwatchDeps,
  deliveries: readonly Delivery[],
  filter: readonly string[],
): Promise<CloudwatchOutcome> => {
  try {
    return await ingestTogether(deps, deliveries, filter);
  } catch (error) {
    if (!(error instanceof RequestTooLarge) || deliveries.length < 2) throw error;
    const middle = Math.ceil(deliveries.length / 2);
    const first = await ingestCloudwatch(deps, deliveries.slice(0, middle), filter);
    return joinOutcomes([first, await ingestCloudwatch(deps, deliveries.slice(middle), filter)]);
  }
};

const ingestTogether = async (
  deps: IngestCloudwatchDeps,
  deliveries: readonly Delivery[],
  filter: readonly string[],
): Promise<CloudwatchOutcome> => {
  const hasIds = deps.telemetryStore.knowsDeliveries === true;
  const findWord = createLineFilter(filter);
  const batch = createRowBatch();
  const budget = createRequestBudget(deps.telemetryStore, 'events');
  const rejected: RejectedEvent[] = [];
  const matches: MatchedDelivery[] = [];
  let event = 0;
  try {
    for (const { envelope, key } of deliveries) {
      const lines: MatchedLine[] = [];
      for (const [place, each] of envelope.events.entries()) {
        budget.begin(0);
        const outcome = readCloudwatchEvent(each, envelope, findWord);
        if (outcome.kind === 'record') {
          const bytes = bytesOfRow(outcome.record);
          budget.hold(bytes);
          addRecord(batch, outcome.record, event, bytes, hasIds ? `${key}-${place}` : null);
          const { service, timestampMs } = outcome.record.row;
          if (outcome.match && service !== null) lines.push({ ...outcome.match, service, atMs: timestampMs });
        } else {
          addRefusal(batch, 'logs', event);
          rejected.push({ event, field: outcome.field, reason: outcome.reason });
        }
        event += 1;
        if (event % EVENTS_PER_TURN === 0) await nextTurn();
      }
      if (lines.length > 0) matches.push({ key, lines });
    }
    if (matches.length > 0) await deps.keepMatches?.(matches);
  } finally {
    budget.release();
  }
  const outcome = await deps.telemetryStore.append(batch);
  assertRoomForAll(outcome.rejected, batch.rows);
  for (const row of outcome.rejected) {
    rejected.push({ event: batch.items[row.kind][row.index] ?? 0, field: row.field, reason: row.reason });
  }
  rejected.sort((a, b) => a.event - b.event);
  return {
    accepted: event - rejected.length,
    rejectedCount: rejected.length,
    rejected: rejected.slice(0, MAX_LISTED_REJECTIONS),
  };
};

import { isAppError } from '#kernel/errors.ts';
import { createBodyHold } from './hold-body.ts';
import { MAX_BATCH_ROWS, MAX_LINE_BYTES } from './ingest-lines.ts';
import { nextTurn } from './next-turn.ts';
import { type BulkItem, hasDocument, readBulkActions } from './read-bulk-actions.ts';
import { type IngestLine, readLines } from './read-lines.ts';
import { parseObject, readObject } from './read-record.ts';
import { type IngestIndex, LOOSE_NAMES } from './record-fields.ts';
import { createRequestBudget } from './request-budget.ts';
import { addRecord, addRefusal, createRowBatch, isEmpty, type RowStore } from './row-batch.ts';

export interface IngestBulkDeps {
  readonly telemetryStore: RowStore;
}

export interface BulkRequest {
  /** Held as a whole until it is stored: whoever makes it bounds it. */
  readonly body: AsyncIterable<Uint8Array>;
  /** From the address; null: each action names its own. */
  readonly index: string | null;
  /** The service of documents that name none. */
  readonly service: string;
  readonly receivedMs: number;
}

export interface BulkOutcome {
  readonly items: readonly BulkItem[];
  /** What the store threw after it had stored some; null: nothing. */
  readonly fault: unknown;
}

const KINDS: readonly (readonly [RegExp, IngestIndex])[] = [
  [/^(?:\.ds-)?(?:traces|spans|apm)\b/, 'spans'],
  [/^(?:\.ds-)?(?:metrics|metricbeat)\b/, 'metrics'],
];

/** Which kind an index of the sender is meant to hold, by the names that senders use; most hold logs. */
export const kindOfIndex = (name: string): IngestIndex => KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'logs';

const settle = (item: BulkItem | undefined, outcome: BulkItem['outcome'], reason: string): void => {
  if (item) Object.assign(item, { outcome, reason });
};

async function* inTurns(blocks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const block of blocks) {
    yield block;
    await nextTurn();
  }
}

const postpone = (items: readonly BulkItem[], fault: unknown): void => {
  const outcome = isAppError(fault) && fault.isRetryable ? 'later' : 'failed';
  const reason = isAppError(fault) ? fault.userMessage : 'It could not be stored.';
  for (const item of items) if (item.outcome === 'stored') settle(item, outcome, reason);
};

/**
 * Reads the body of Elasticsearch's `_bulk` and stores its documents in batches. The whole body and all
 * of its actions are read before the first of them is stored: a request that is refused, or cut off, has
 * stored nothing, so that the sender may send all of it again. Where the store fails after some documents
 * were written, each of the others says so; where nothing was written it throws what the store threw.
 * Throws MalformedBody for a line that should be an action and is none, RequestTooLarge for too many of them, and
 * what the body throws.
 */
export const ingestBulk = async (deps: IngestBulkDeps, request: BulkRequest): Promise<BulkOutcome> => {
  // The actions are held, each with what becomes of it, until the last of their documents is stored.
  const budget = createRequestBudget(deps.telemetryStore, 'actions');
  try {
    const hold = createBodyHold(MAX_LINE_BYTES);
    const lines = readLines(hold.through(request.body), MAX_LINE_BYTES);
    const items = await readBulkActions(lines, request.index, budget);
    return await storeDocuments(deps, request, items, hold.blocks());
  } finally {
    budget.release();
  }
};

const storeDocuments = async (
  deps: IngestBulkDeps,
  request: BulkRequest,
  items: readonly BulkItem[],
  blocks: readonly Uint8Array[],
): Promise<BulkOutcome> => {
  let batch = createRowBatch();
  let next = 0;
  let settled = 0;
  let awaiting: BulkItem | undefined;
  let written = 0;

  const flush = async (): Promise<void> => {
    const full = batch;
    batch = createRowBatch();
    if (!isEmpty(full)) {
      const { accepted, rejected } = await deps.telemetryStore.append(full);
      written += accepted;
      for (const row of rejected) {
        settle(items[full.items[row.kind][row.index] ?? -1], row.isRetryable ? 'later' : 'refused', row.reason);
      }
    }
    settled = next;
  };

  const refuseItem = (item: BulkItem, reason: string): void => {
    settle(item, 'refused', reason);
    addRefusal(batch, kindOfIndex(item.index), next - 1);
  };

  const takeDocument = (item: BulkItem, line: IngestLine): void => {
    if (item.outcome === 'refused') return;
    const object = line.text === null ? undefined : parseObject(line.text);
    if (object === undefined) {
      const reason = line.text === null ? `longer than ${MAX_LINE_BYTES} bytes` : 'not a JSON object';
      refuseItem(item, `the document is ${reason}`);
      return;
    }
    const kind = kindOfIndex(item.index);
    const defaults = new Map<string, string | number>([['@timestamp', request.receivedMs]]);
    if (kind !== 'metrics') defaults.set('service.name', request.service);
    const outcome = readObject(object, kind, LOOSE_NAMES[kind], defaults);
    if (outcome.kind === 'refused') refuseItem(item, outcome.reason);
    else addRecord(batch, outcome.record, next - 1, line.bytes);
  };

  try {
    for await (const lines of readLines(inTurns(blocks), MAX_LINE_BYTES)) {
      for (const line of lines) {
        if (awaiting) {
          takeDocument(awaiting, line);
          awaiting = undefined;
          if (batch.rows >= MAX_BATCH_ROWS) await flush();
        } else if (line.text?.trim() !== '') {
          const item = items[next];
          next += 1;
          if (item && hasDocument(item)) awaiting = item;
          if (item?.reason) addRefusal(batch, kindOfIndex(item.index), next - 1);
        }
      }
    }
    if (awaiting?.reason === null) refuseItem(awaiting, 'the document is missing');
    await flush();
  } catch (fault) {
    if (written === 0) throw fault;
    postpone(items.slice(settled), fault);
    return { items, fault };
  }
  return { items, fault: null };
};

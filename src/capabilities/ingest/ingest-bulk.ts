import { type AppError, isAppError } from '#kernel/errors.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { MalformedBody } from './otlp/malformed-body.ts';
import { MAX_BATCH_ROWS, MAX_LINE_BYTES } from './ingest-lines.ts';
import { type IngestLine, readLines } from './read-lines.ts';
import { parseObject, readObject } from './read-record.ts';
import { type IngestIndex, LOOSE_NAMES } from './record-fields.ts';
import { addRecord, createRowBatch, type RowBatch } from './row-batch.ts';

export interface IngestBulkDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'append'>;
}

export interface BulkRequest {
  readonly body: AsyncIterable<Uint8Array>;
  /** From the address; null: each action names its own. */
  readonly index: string | null;
  /** The service of documents that name none. */
  readonly service: string;
  readonly receivedMs: number;
}

/** What became of one action, in the order of the request. */
export interface BulkItem {
  readonly action: string;
  readonly index: string;
  readonly id: string | null;
  /** `later`: the store did not take it and may do so another time. */
  outcome: 'stored' | 'refused' | 'later';
  reason: string | null;
}

const STORING = ['create', 'index'];
// An update brings its part of a document on a line of its own, a delete brings none.
const ACTIONS = [...STORING, 'update', 'delete'];

const KINDS: readonly (readonly [RegExp, IngestIndex])[] = [
  [/^(?:\.ds-)?(?:traces|spans|apm)\b/, 'spans'],
  [/^(?:\.ds-)?(?:metrics|metricbeat)\b/, 'metrics'],
];

/** Which kind an index of the sender is meant to hold, by the names that senders use; most hold logs. */
export const kindOfIndex = (name: string): IngestIndex => KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'logs';

const readAction = (line: IngestLine, defaultIndex: string | null): BulkItem => {
  const object = line.text === null ? undefined : parseObject(line.text);
  const [action, ...others] = Object.keys(object ?? {});
  const meta = action === undefined ? undefined : object?.[action];
  if (action === undefined || others.length > 0 || !ACTIONS.includes(action) || typeof meta !== 'object') {
    throw new MalformedBody(`line ${line.number} is not an action`);
  }
  const { _index: index = defaultIndex, _id: id } = (meta ?? {}) as {
    readonly _index?: unknown;
    readonly _id?: unknown;
  };
  if (typeof index !== 'string' || index === '') throw new MalformedBody(`line ${line.number} names no index`);
  const refusal = STORING.includes(action) ? null : `telemetry is only added: ${action} is not possible`;
  return {
    action,
    index,
    id: typeof id === 'string' ? id : null,
    outcome: refusal === null ? 'stored' : 'refused',
    reason: refusal,
  };
};

const refuse = (item: BulkItem | undefined, reason: string): void => {
  if (item) Object.assign(item, { outcome: 'refused', reason });
};

/**
 * Reads the body of Elasticsearch's `_bulk` and stores its documents. Where the store fails after some
 * of them were written, the others are told to come later; where nothing was written it throws what
 * the store threw. Throws MalformedBody for a line that should be an action and is none.
 */
export const ingestBulk = async (deps: IngestBulkDeps, request: BulkRequest): Promise<readonly BulkItem[]> => {
  const items: BulkItem[] = [];
  let batch = createRowBatch();
  let awaitsDocument = false;
  let written = 0;
  const faults: AppError[] = [];

  const append = async (full: RowBatch): Promise<void> => {
    try {
      const [earlier] = faults;
      if (earlier) throw earlier;
      const { accepted, rejected } = await deps.telemetryStore.append(full);
      written += accepted;
      for (const row of rejected) refuse(items[full.items[row.kind][row.index] ?? -1], row.reason);
    } catch (error) {
      if (!isAppError(error) || !error.isRetryable) throw error;
      faults.push(error);
      for (const places of Object.values(full.items)) {
        for (const place of places) Object.assign(items[place] ?? {}, { outcome: 'later', reason: error.userMessage });
      }
    }
  };

  const takeDocument = (line: IngestLine): void => {
    const item = items.at(-1);
    if (!item || item.outcome === 'refused') return;
    const object = line.text === null ? undefined : parseObject(line.text);
    if (object === undefined) {
      const reason = line.text === null ? `longer than ${MAX_LINE_BYTES} bytes` : 'not a JSON object';
      refuse(item, `the document is ${reason}`);
      return;
    }
    const kind = kindOfIndex(item.index);
    const defaults = new Map<string, string | number>([['@timestamp', request.receivedMs]]);
    if (kind !== 'metrics') defaults.set('service.name', request.service);
    const outcome = readObject(object, kind, LOOSE_NAMES[kind], defaults);
    if (outcome.kind === 'refused') refuse(item, outcome.reason);
    else addRecord(batch, outcome.record, items.length - 1, line.bytes);
  };

  for await (const lines of readLines(request.body, MAX_LINE_BYTES)) {
    for (const line of lines) {
      if (awaitsDocument) {
        takeDocument(line);
        awaitsDocument = false;
      } else if (line.text?.trim() !== '') {
        const item = readAction(line, request.index);
        items.push(item);
        awaitsDocument = item.action !== 'delete';
      }
      if (batch.rows >= MAX_BATCH_ROWS) {
        const full = batch;
        batch = createRowBatch();
        await append(full);
      }
    }
  }
  if (awaitsDocument) refuse(items.at(-1), 'the document is missing');
  if (batch.rows > 0) await append(batch);
  const [fault] = faults;
  if (fault && written === 0) throw fault;
  return items;
};

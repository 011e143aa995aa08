import { setTimeout as wait } from 'node:timers/promises';
import { type Client, errors, type estypes } from '@elastic/elasticsearch';
import { SECOND_MS } from '#kernel/duration.ts';
import type { Logger } from '#ports/logger.ts';
import type { RejectedRow } from '#ports/telemetry-store.ts';
import { elasticsearchFault } from './elasticsearch-fault.ts';
import type { EncodedRow } from './encode-rows.ts';
import type { FieldNames } from './field-names.ts';
import { type Refusal, refusedRow } from './refused-row.ts';
import { isPassing, retryDelayMs, type RetryDeps } from './retries.ts';

export interface WriteDeps extends RetryDeps {
  readonly client: Client;
  readonly fields: FieldNames;
  readonly logger: Logger;
}

export interface WrittenRows {
  readonly accepted: readonly EncodedRow[];
  /** Of the accepted, those that an earlier delivery had stored. */
  readonly repeated: readonly EncodedRow[];
  /** Kept out for good: they do not fit the mapping. */
  readonly unmapped: readonly RejectedRow[];
  /** Given up after the last attempt: sent again, they may be taken. */
  readonly overloaded: readonly RejectedRow[];
  /** For another reason, which each row tells. */
  readonly failed: readonly RejectedRow[];
}

const MAX_REQUEST_ROWS = 5_000;
const MAX_REQUEST_LENGTH = 5_000_000;
const MAX_ATTEMPTS = 6;
const REQUEST_LIMIT_MS = 30 * SECOND_MS;
const APPEND_LIMIT_MS = 60 * SECOND_MS;

// A refresh of its own costs a segment, which many rows are worth and few are not: those wait for the next one.
const ROWS_WORTH_A_REFRESH = 1_000;

const CONFLICT = 409;
const BAD_ROW = 400;
const PASSING_ITEM = [429, 503];

/** As many rows as one request takes, never none. */
const takeRequest = (rows: readonly EncodedRow[], from: number): readonly EncodedRow[] => {
  let length = 0;
  let to = from;
  while (to < rows.length && to - from < MAX_REQUEST_ROWS) {
    length += (rows[to]?.document.length ?? 0) + (rows[to]?.action.length ?? 0);
    if (length > MAX_REQUEST_LENGTH && to > from) break;
    to += 1;
  }
  return rows.slice(from, to);
};

interface FailedRow {
  readonly row: EncodedRow;
  readonly fault: unknown;
}

interface Sorted {
  readonly accepted: readonly EncodedRow[];
  /** Of these, rows that were there before. */
  readonly conflicting: readonly EncodedRow[];
  readonly refused: readonly Refusal[];
  readonly again: readonly EncodedRow[];
  /** Not stored for a reason that no other attempt changes, such as a missing privilege. */
  readonly failed: readonly FailedRow[];
}

/** What became of each row of a request. */
const sortItems = (fields: FieldNames, rows: readonly EncodedRow[], answer: estypes.BulkResponse): Sorted => {
  const accepted: EncodedRow[] = [];
  const conflicting: EncodedRow[] = [];
  const refused: Refusal[] = [];
  const again: EncodedRow[] = [];
  const failed: FailedRow[] = [];
  rows.forEach((row, position) => {
    const item = answer.items[position]?.create;
    const status = item?.status ?? 503;
    if (status === CONFLICT) conflicting.push(row);
    // A conflict is a row that an attempt stored before, of ours whose answer was lost or of the sender's.
    if (status < 300 || status === CONFLICT) accepted.push(row);
    else if (PASSING_ITEM.includes(status)) again.push(row);
    else if (status === BAD_ROW) refused.push(refusedRow(fields, row, item?.error));
    else failed.push({ row, fault: itemFault(status, item?.error) });
  });
  return { accepted, conflicting, refused, again, failed };
};

const itemFault = (statusCode: number, error: estypes.ErrorCause | undefined): errors.ResponseError =>
  new errors.ResponseError({
    body: { error },
    statusCode,
    headers: {},
    warnings: null,
    meta: {} as errors.ResponseError['meta']['meta'],
  });

const rejectedFor = ({ kind, index }: EncodedRow, reason: string): RejectedRow => ({
  kind,
  index,
  field: null,
  reason,
});

// The server took none of the request; after any other fault nobody knows.
const isUntouched = (fault: unknown): boolean => fault instanceof errors.ResponseError && fault.statusCode === 429;

const TOO_BUSY = 'Elasticsearch was too busy to take the row; send it again';
const UNKNOWN = 'Elasticsearch did not say whether it stored the row; sent again, it may be there twice';

/**
 * Writes rows by `_bulk`. What is refused for the moment is sent again, with backoff, row by row; what cannot be
 * stored is listed with its reason, and what is stored stays so: whoever sends a batch again because of the rest
 * would have it counted twice. Throws AppError if nothing at all could be written.
 */
export const writeRows = async (deps: WriteDeps, rows: readonly EncodedRow[]): Promise<WrittenRows> => {
  const endsAt = performance.now() + APPEND_LIMIT_MS;
  const refresh = rows.length >= ROWS_WORTH_A_REFRESH ? true : 'wait_for';
  const accepted: EncodedRow[] = [];
  const repeated: EncodedRow[] = [];
  const refused: Refusal[] = [];
  const overloaded: RejectedRow[] = [];
  const failed: FailedRow[] = [];

  const send = async (request: readonly EncodedRow[]): Promise<Sorted> => {
    const operations = request.flatMap(({ action, document }) => [action, document]);
    const requestTimeout = Math.max(1, Math.min(REQUEST_LIMIT_MS, endsAt - performance.now()));
    return sortItems(deps.fields, request, await deps.client.bulk({ operations, refresh }, { requestTimeout }));
  };

  /** A fault that is passing is one after which the whole request may be sent again. */
  const trySend = async (
    request: readonly EncodedRow[],
  ): Promise<Sorted | { readonly fault: unknown; readonly mayPass: boolean }> => {
    try {
      return await send(request);
    } catch (fault) {
      return { fault, mayPass: isPassing(fault) || fault instanceof errors.TimeoutError };
    }
  };

  /** Writes a request to its end; returns whether others are worth sending. */
  const writeRequest = async (request: readonly EncodedRow[]): Promise<boolean> => {
    let pending = request;
    for (let attempt = 0; ; attempt += 1) {
      const sent = await trySend(pending);
      if ('fault' in sent) {
        if (!sent.mayPass) {
          failed.push(...pending.map((row) => ({ row, fault: sent.fault })));
          return false;
        }
      } else {
        accepted.push(...sent.accepted);
        // Later on it may as well be a row of this very write.
        if (attempt === 0) repeated.push(...sent.conflicting);
        refused.push(...sent.refused);
        failed.push(...sent.failed);
        pending = sent.again;
      }
      if (pending.length === 0) return true;
      const delayMs = retryDelayMs(deps.random, attempt);
      if (attempt + 1 >= MAX_ATTEMPTS || performance.now() + delayMs >= endsAt) {
        if ('fault' in sent && accepted.length === 0) throw elasticsearchFault(sent.fault);
        const reason = 'fault' in sent && !isUntouched(sent.fault) ? UNKNOWN : TOO_BUSY;
        overloaded.push(...pending.map((row) => ({ ...rejectedFor(row, reason), isRetryable: true as const })));
        return true;
      }
      deps.metrics.increment('sentinel_telemetry_retries_total', { operation: 'append' });
      await wait(delayMs);
    }
  };

  for (let from = 0; from < rows.length;) {
    const request = takeRequest(rows, from);
    from += request.length;
    if (await writeRequest(request)) continue;
    const fault = failed.at(-1)?.fault;
    failed.push(...rows.slice(from).map((row) => ({ row, fault })));
    break;
  }
  const [first] = failed;
  if (first !== undefined && accepted.length === 0) throw elasticsearchFault(first.fault);
  const listed = failed.map(({ row, fault }) => rejectedFor(row, notStored(fault)));
  const unmapped = refused.filter(({ isMapping }) => isMapping).map(({ row }) => row);
  const others = [...refused.filter(({ isMapping }) => !isMapping).map(({ row }) => row), ...listed];
  if (unmapped.length > 0) deps.logger.warn({ rows: unmapped.length, first: unmapped[0] }, 'A mapping refused rows');
  if (others.length > 0) {
    deps.logger.error({ rows: others.length, first: others[0], err: first?.fault }, 'Elasticsearch did not store rows');
  }
  if (overloaded.length > 0) deps.logger.warn({ rows: overloaded.length }, 'Elasticsearch was too busy to take rows');
  return { accepted, repeated, unmapped, overloaded, failed: others };
};

const notStored = (fault: unknown): string => `the row was not stored: ${elasticsearchFault(fault).userMessage}`;

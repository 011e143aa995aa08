import { setTimeout as wait } from 'node:timers/promises';
import { type Client, errors, type estypes } from '@elastic/elasticsearch';
import { SECOND_MS } from '#kernel/duration.ts';
import type { Logger } from '#ports/logger.ts';
import type { RejectedRow } from '#ports/telemetry-store.ts';
import { elasticsearchFault } from './elasticsearch-fault.ts';
import type { EncodedRow } from './encode-rows.ts';
import { type FieldNames, queriedName } from './field-names.ts';
import { isPassing, retryDelayMs, type RetryDeps } from './retries.ts';

export interface WriteDeps extends RetryDeps {
  readonly client: Client;
  readonly fields: FieldNames;
  readonly logger: Logger;
}

export interface WrittenRows {
  readonly accepted: readonly EncodedRow[];
  /** Kept out for good: they do not fit the mapping. */
  readonly unmapped: readonly RejectedRow[];
  /** Given up after the last attempt: sent again, they may be taken. */
  readonly overloaded: readonly RejectedRow[];
}

const MAX_REQUEST_ROWS = 5_000;
const MAX_REQUEST_LENGTH = 5_000_000;
const MAX_ATTEMPTS = 6;
const REQUEST_LIMIT_MS = 30 * SECOND_MS;
const APPEND_LIMIT_MS = 60 * SECOND_MS;

// A refresh of its own costs a segment, which many rows are worth and few are not: those wait for the next one.
const ROWS_WORTH_A_REFRESH = 1_000;

const CONFLICT = 409;
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

const FIELD_IN_REASON = /failed to parse field \[([^\]]+)\]/;
const MAPPING_STATUS = 400;

const refusedByMapping = (
  fields: FieldNames,
  { kind, index }: EncodedRow,
  error: estypes.ErrorCause | undefined,
): RejectedRow => {
  const stored = FIELD_IN_REASON.exec(error?.reason ?? '')?.[1];
  const field = stored === undefined ? null : queriedName(fields, kind, stored);
  const what = field === null ? 'the row does not fit' : `${field} does not fit`;
  return { kind, index, field, reason: `${what} the mapping of its index in Elasticsearch` };
};

interface Sorted {
  readonly accepted: EncodedRow[];
  readonly unmapped: RejectedRow[];
  readonly again: EncodedRow[];
}

/** What became of each row of a request. Throws what concerns them all, such as a missing privilege. */
const sortItems = (fields: FieldNames, rows: readonly EncodedRow[], answer: estypes.BulkResponse): Sorted => {
  const sorted: Sorted = { accepted: [], unmapped: [], again: [] };
  rows.forEach((row, position) => {
    const item = answer.items[position]?.create;
    const status = item?.status ?? 503;
    // A conflict is a row of ours that an attempt stored whose answer was lost.
    if (status < 300 || status === CONFLICT) sorted.accepted.push(row);
    else if (PASSING_ITEM.includes(status)) sorted.again.push(row);
    else if (status === MAPPING_STATUS) sorted.unmapped.push(refusedByMapping(fields, row, item?.error));
    else throw elasticsearchFault(itemFault(status, item?.error));
  });
  return sorted;
};

const itemFault = (statusCode: number, error: estypes.ErrorCause | undefined): errors.ResponseError =>
  new errors.ResponseError({
    body: { error },
    statusCode,
    headers: {},
    warnings: null,
    meta: {} as errors.ResponseError['meta']['meta'],
  });

const overloaded = ({ kind, index }: EncodedRow): RejectedRow => ({
  kind,
  index,
  field: null,
  reason: 'Elasticsearch was too busy to take the row; send it again',
});

/**
 * Writes rows by `_bulk`. What is refused for the moment is sent again, with backoff, row by row;
 * what the mapping refuses is kept out. Throws AppError if nothing at all could be written.
 */
export const writeRows = async (deps: WriteDeps, rows: readonly EncodedRow[]): Promise<WrittenRows> => {
  const endsAt = performance.now() + APPEND_LIMIT_MS;
  const refresh = rows.length >= ROWS_WORTH_A_REFRESH ? true : 'wait_for';
  const accepted: EncodedRow[] = [];
  const unmapped: RejectedRow[] = [];
  const givenUp: EncodedRow[] = [];

  const send = async (request: readonly EncodedRow[]): Promise<Sorted> => {
    const operations = request.flatMap(({ action, document }) => [action, document]);
    const requestTimeout = Math.max(1, Math.min(REQUEST_LIMIT_MS, endsAt - performance.now()));
    return sortItems(deps.fields, request, await deps.client.bulk({ operations, refresh }, { requestTimeout }));
  };

  /** A fault here is one after which the whole request may be sent again. */
  const trySend = async (request: readonly EncodedRow[]): Promise<Sorted | { readonly fault: unknown }> => {
    try {
      return await send(request);
    } catch (error) {
      if (isPassing(error) || error instanceof errors.TimeoutError) return { fault: error };
      throw elasticsearchFault(error);
    }
  };

  for (let from = 0; from < rows.length;) {
    let pending = takeRequest(rows, from);
    from += pending.length;
    for (let attempt = 0; pending.length > 0; attempt += 1) {
      const sent = await trySend(pending);
      const again = 'fault' in sent ? pending : sent.again;
      if (!('fault' in sent)) {
        accepted.push(...sent.accepted);
        unmapped.push(...sent.unmapped);
      }
      if (again.length === 0) break;
      const delayMs = retryDelayMs(deps.random, attempt);
      if (attempt + 1 >= MAX_ATTEMPTS || performance.now() + delayMs >= endsAt) {
        if ('fault' in sent && accepted.length === 0) throw elasticsearchFault(sent.fault);
        givenUp.push(...again);
        break;
      }
      deps.metrics.increment('sentinel_telemetry_retries_total', { operation: 'append' });
      await wait(delayMs);
      pending = again;
    }
  }
  if (unmapped.length > 0) deps.logger.warn({ rows: unmapped.length, first: unmapped[0] }, 'A mapping refused rows');
  if (givenUp.length > 0) deps.logger.warn({ rows: givenUp.length }, 'Elasticsearch was too busy to take rows');
  return { accepted, unmapped, overloaded: givenUp.map(overloaded) };
};

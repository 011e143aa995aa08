import type { IngestRecord } from './read-record.ts';
import type { RowStore } from './row-batch.ts';

/** A request brings more than one may. The message is a sentence for the sender. */
export class RequestTooLarge extends Error {}

// Collectors send a tenth of it at once, and a few bytes of a body are enough for an empty record.
export const MAX_REQUEST_ITEMS = 100_000;
// What records share is sent once and stored with each: 2 KB of it and 8,192 records are 16 MiB.
export const MAX_REQUEST_BYTES = 67_108_864;
// An attribute takes room beside its text.
const BYTES_PER_ATTRIBUTE = 8;

/** The room that attributes take in a row, a character being a byte. */
export const bytesOfAttributes = (attributes: Readonly<Record<string, string>>): number => {
  let bytes = 0;
  // Ten times as fast as over a list of their names, and it is done for every row.
  for (const name in attributes) bytes += BYTES_PER_ATTRIBUTE + name.length + (attributes[name]?.length ?? 0);
  return bytes;
};

const lengthOf = (text: string | null): number => text?.length ?? 0;

const textBytes = ({ index, row }: IngestRecord): number => {
  if (index === 'logs') return lengthOf(row.message) + lengthOf(row.host);
  return row.name.length + lengthOf(index === 'metrics' ? row.unit : row.peerService);
};

/** The room that a row takes for its attributes and whatever else may be long or be shared with others. */
export const bytesOfRow = (record: IngestRecord): number =>
  bytesOfAttributes(record.row.attributes ?? {}) + lengthOf(record.row.service) + textBytes(record);

/** What one request may bring that is stored as a whole. Both throw RequestTooLarge beyond it. */
export interface RequestBudget {
  /** Counts what is about to be read, and the bytes that are copied for it before it is a row. */
  begin(copiedBytes: number): void;
  /** Counts a row that is held until all are stored. Throws AppError `limit-exceeded` where all requests together hold too many. */
  hold(bytes: number): void;
  /** The rows are about to be appended, or given up. */
  release(): void;
}

export const tooManyItems = (what: string): RequestTooLarge =>
  new RequestTooLarge(`The request has more than ${MAX_REQUEST_ITEMS} ${what}. Send it in several requests.`);

const tooManyBytes = (what: string): RequestTooLarge =>
  new RequestTooLarge(
    `The ${what} of the request, each with what it shares with others, take more than ${MAX_REQUEST_BYTES} bytes. ` +
      'Send it in several requests.',
  );

/** `what` the sender calls them, e.g. records. */
export const createRequestBudget = (store: RowStore, what: string): RequestBudget => {
  const reservation = store.reserve?.();
  let begun = 0;
  let copied = 0;
  let held = 0;
  let heldBytes = 0;
  return {
    begin: (copiedBytes) => {
      begun += 1;
      copied += copiedBytes;
      if (begun > MAX_REQUEST_ITEMS) throw tooManyItems(what);
      if (copied > MAX_REQUEST_BYTES) throw tooManyBytes(what);
    },
    hold: (bytes) => {
      held += 1;
      heldBytes += bytes;
      if (held > MAX_REQUEST_ITEMS) throw tooManyItems(what);
      if (heldBytes > MAX_REQUEST_BYTES) throw tooManyBytes(what);
      reservation?.add(1, bytes);
    },
    release: () => reservation?.release(),
  };
};

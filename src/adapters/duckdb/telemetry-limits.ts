/** Distinct attribute names of one index that queries can name; see `createAttributeNames`. */
export const MAX_ATTRIBUTE_NAMES = 500;

// Encoding this much takes a few milliseconds, which is as long as the event loop may stand still.
export const MAX_SLICE_ROWS = 4_096;
export const MAX_SLICE_LENGTH = 500_000;

/** Rows that wait to be written; more are refused as `limit-exceeded` unless nothing else waits. */
export const MAX_PENDING_ROWS = 1_000_000;

/** Queries that wait for a connection. */
export const MAX_WAITING_QUERIES = 200;

/** Distinct attribute names of one index that queries can name; see `createAttributeNames`. */
export const MAX_ATTRIBUTE_NAMES = 500;

// Encoding this much takes a few milliseconds, which is as long as the event loop may stand still; a batch
// has several, so that DuckDB works on one while the next is encoded.
export const MAX_SLICE_ROWS = 2_048;
export const MAX_SLICE_LENGTH = 500_000;

/** Rows that wait to be written; more are refused as `limit-exceeded` unless nothing else waits. */
export const MAX_PENDING_ROWS = 1_000_000;

/** Queries that wait for a connection. */
export const MAX_WAITING_QUERIES = 200;

/** How long the end of a store waits for statements that do not let themselves be stopped. */
export const MAX_STOPPING_MS = 5_000;

/** How long the file of a store that was closed after a fault may stay open before that is a failure. */
export const MAX_RELEASE_MS = 5_000;

/** Between attempts to open a file again; the pause doubles from the first to the last. */
export const FIRST_REOPEN_PAUSE_MS = 1_000;
export const LAST_REOPEN_PAUSE_MS = 60_000;

// DuckDB's own 16 MB makes a steady stream rewrite its last rows every few batches; a log of the first length is
// replayed in about a second. The second is for when queries never pause.
export const CHECKPOINT_AT_BYTES = 64 * 1_024 * 1_024;
export const CHECKPOINT_BESIDE_READERS_AT_BYTES = 2 * CHECKPOINT_AT_BYTES;

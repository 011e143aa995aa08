import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';

/** Firehose holds lines back for up to 15 min (its largest buffer); what is older than that when it arrives is history. */
export const MAX_AGE_MS = 15 * MINUTE_MS;

/**
 * Without a line for as long, it is over. Longer than `MAX_AGE_MS`, so that a delivery that is late or comes
 * again finds the anomaly that it belongs to, and a full buffer is no recovery.
 */
export const QUIET_MS = 20 * MINUTE_MS;

/** Without a line for as long, the card says so. */
export const CALM_AFTER_MS = 5 * MINUTE_MS;

/** A line as new as this means that it goes on. */
export const GOES_ON_MS = MINUTE_MS;

/** A delivery that is repeated later holds nothing but lines that are too old. */
export const DELIVERIES_KEPT_MS = 4 * MAX_AGE_MS;

export const OBSERVE_EVERY_MS = 5 * SECOND_MS;

/** Of a line that is kept for the card, in characters. */
export const MAX_LINE_LENGTH = 300;

/** Services that one run turns into anomalies; the others wait for the next one. */
export const MAX_SERVICES_PER_RUN = 500;

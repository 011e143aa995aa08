import { SECOND_MS } from '#kernel/duration.ts';

// A check older than three intervals is no longer news: the watchdog's line.
export const LATE_INTERVALS = 3;
export const PING_LIMIT_MS = 2 * SECOND_MS;

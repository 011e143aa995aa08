import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { Notice } from '#ports/incident-board.ts';
import { BLIND_AFTER_INTERVALS, type DetectionHealth } from './check-detection.ts';

type Blind = Extract<DetectionHealth, { readonly kind: 'blind' }>;

/** "45 s", "8 min", "2 h 5 min". */
export const tellDuration = (ms: number): string => {
  if (ms < 2 * MINUTE_MS) return `${Math.max(1, Math.round(ms / SECOND_MS))} s`;
  const minutes = Math.round(ms / MINUTE_MS);
  if (ms < HOUR_MS) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
};

const STILL_WORKS = 'Incidents that are already open can still be acknowledged, resolved and reopened.';

/** "I could not look" is another sentence than "nobody looked", and neither is an all-clear. */
export const describeBlind = (key: string, blind: Blind, now: Date, intervalMs: number): Notice => {
  const forText = tellDuration(now.getTime() - blind.since.getTime());
  switch (blind.reason) {
    case 'no-tick':
      return {
        key,
        kind: 'blind',
        headline: `Sentinel has not looked for ${forText}`,
        detail:
          `This is not an all-clear. No detection tick has finished for ${BLIND_AFTER_INTERVALS} intervals of ` +
          `${tellDuration(intervalMs)}, so new incidents are not seen until ticks finish again. ${STILL_WORKS} ` +
          'Look at the logs of Sentinel and at /readyz.',
      };
    case 'unreachable':
      return {
        key,
        kind: 'blind',
        headline: 'Sentinel cannot reach the telemetry',
        detail:
          `This is not an all-clear. The checks of the last ${forText} ran, but none could read any logs or spans, ` +
          `so new incidents are not seen until the telemetry store answers again. ${STILL_WORKS}`,
      };
    case 'unreadable':
      return {
        key,
        kind: 'blind',
        headline: 'Sentinel cannot judge the telemetry',
        detail:
          `This is not an all-clear. The checks of the last ${forText} ran, but none could judge any service, ` +
          `so new incidents are not seen until one can. The last one says: ${blind.because} ${STILL_WORKS}`,
      };
    case 'silent':
      return {
        key,
        kind: 'telemetry-gap',
        headline: 'No telemetry arrives from any service',
        detail: `${blind.because} New incidents are not seen until telemetry arrives again. ${STILL_WORKS}`,
      };
  }
};

/** Said without the store, so the key is in nobody's records. */
export const describeStateLost = (lostMs: number): Notice => ({
  key: 'state-store',
  kind: 'blind',
  headline: 'Sentinel cannot reach its own database',
  detail:
    `This is not an all-clear. The database has not answered for ${tellDuration(lostMs)}, so no check can finish, ` +
    'new incidents are not seen, and open ones cannot be changed until it answers again. ' +
    'Look at the database, at the logs of Sentinel and at /readyz.',
});

export const describeSight = (key: string, blindMs: number): Notice => ({
  key,
  kind: 'sees-again',
  headline: `Sentinel sees again after ${tellDuration(blindMs)}`,
  detail:
    'Checks read telemetry again. A problem that lasts is found within the next minutes; ' +
    'one that came and went in between was not seen.',
});

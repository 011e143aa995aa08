import { seededRandom } from '#kernel/random.ts';
import type { DayEvent } from './day-plan.ts';
import { drawProfile, type Profile } from './profile.ts';
import { judgeByReference } from './reference-rule.ts';
import { createServiceWindow } from './service-window.ts';
import { createTicker, TICKS_PER_DAY, TICKS_PER_HOUR, timeOfTick } from './ticker.ts';
import { createTraffic } from './traffic.ts';

/** Checks of one service-day, and those of them that would wake somebody for nothing. */
export interface HealthyDay {
  readonly profile: Pick<Profile, 'requestsPerFiveMinutes' | 'hasHourlyJob'> & { readonly errors: string };
  readonly checks: number;
  readonly pages: { readonly error_rate: number; readonly latency: number; readonly silence: number };
  readonly episodes: number;
  readonly p1Pages: number;
  /** The checks that page, by what the day had planned in the five minutes before. */
  readonly pagesBy: Readonly<Record<DayEvent, number>>;
  readonly slowBurnTickets: number;
  /** Of the three hours before the day, in which pattern and spread are learnt. */
  readonly coldEpisodes: number;
  readonly quiet: { readonly pages: number; readonly episodes: number };
  readonly reference: { readonly pages: number; readonly episodes: number };
}

const WARM_UP_TICKS = 130;
const COLD_TICKS = 3 * TICKS_PER_HOUR;
const SERVICE = 'service';

const describeErrors = ({ errors }: Profile): string =>
  errors.kind === 'clustered' ? `clustered, rho ${errors.rho}` : errors.kind;

/** A day of one healthy service, scored by the rules as they are, by the quiet preset and by the reference. */
export const runHealthyDay = (seed: number): HealthyDay => {
  const random = seededRandom(seed);
  const profile = drawProfile(random);
  const length = WARM_UP_TICKS + COLD_TICKS + TICKS_PER_DAY;
  const traffic = createTraffic(random, profile, length);
  const window = createServiceWindow(SERVICE);
  // Each preset freezes by its own pages; what is counted against follows the normal one.
  const normal = createTicker();
  const quiet = createTicker({ preset: 'quiet' });

  const pages = { error_rate: 0, latency: 0, silence: 0 };
  const pagesBy: Record<DayEvent, number> = { nothing: 0, 'hourly job': 0, surge: 0, deploy: 0, restart: 0 };
  const paged = new Map<string, number>();
  let [episodes, p1Pages, slowBurnTickets, coldEpisodes] = [0, 0, 0, 0];
  let [quietPages, quietEpisodes, referencePages, referenceEpisodes] = [0, 0, 0, 0];
  const isFresh = (key: string, tick: number): boolean => {
    const last = paged.get(key);
    paged.set(key, tick);
    // Pages within ten ticks are one episode, as with the latch.
    return last === undefined || tick - last > 10;
  };

  for (let tick = 0; tick < length; tick += 1) {
    const at = timeOfTick(tick);
    window.pass(traffic.next(null, 0), at, normal.frozenLatency(SERVICE));
    if (tick < WARM_UP_TICKS) continue;
    const seen = [{ counts: window.counts(), usual: window.usualLatency() }];
    const isDay = tick >= WARM_UP_TICKS + COLD_TICKS;
    for (const observation of normal.look(seen, at).observations) {
      if (observation.isSlowBurn && isFresh('burn', tick) && isDay) slowBurnTickets += 1;
      if (!observation.isPaging || observation.signal === 'log_match') continue;
      const isNew = isFresh(observation.signal, tick);
      if (!isDay) coldEpisodes += isNew ? 1 : 0;
      else {
        pages[observation.signal] += 1;
        pagesBy[traffic.recentEvent()] += 1;
        episodes += isNew ? 1 : 0;
        p1Pages += observation.severity === 'P1' ? 1 : 0;
      }
    }
    for (const { isPaging, signal } of quiet.look(seen, at).observations) {
      if (!isPaging) continue;
      const isNew = isFresh(`quiet ${signal}`, tick);
      if (isDay) quietPages += 1;
      if (isDay && isNew) quietEpisodes += 1;
    }
    const { now, before } = window.fiveMinutes();
    const reference = judgeByReference(now, before);
    for (const signal of ['errors', 'latency'] as const) {
      if (!reference[signal]) continue;
      const isNew = isFresh(`reference ${signal}`, tick);
      if (isDay) referencePages += 1;
      if (isDay && isNew) referenceEpisodes += 1;
    }
  }
  return {
    profile: {
      requestsPerFiveMinutes: profile.requestsPerFiveMinutes,
      hasHourlyJob: profile.hasHourlyJob,
      errors: describeErrors(profile),
    },
    // Errors and latency, as of the reference; silence comes on top of both.
    checks: 2 * TICKS_PER_DAY,
    pages,
    episodes,
    p1Pages,
    pagesBy,
    slowBurnTickets,
    coldEpisodes,
    quiet: { pages: quietPages, episodes: quietEpisodes },
    reference: { pages: referencePages, episodes: referenceEpisodes },
  };
};

import { describeMachine } from '../machine.ts';
import { type DayEvent, EVENTS } from './day-plan.ts';
import { FAULTS, NEW_SERVICE, SILENCE, SLOW_BURNS, TRAFFIC_LEVELS } from './faults.ts';
import type { HealthyDay } from './healthy-day.ts';
import type { Size } from './plan-work.ts';
import { shopRuns, summarizeShop } from './summarize-shop.ts';
import type { ThroughStore } from './through-store.ts';
import type { ScorerSpeed } from './scorer-speed.ts';
import { type Cells, grossSeconds, type Interval, overDays, recallOf, summarizeFaults } from './summarize.ts';
import type { Done } from './work.ts';

export interface Report {
  readonly done: readonly Done[];
  readonly size: Size;
  readonly seconds: number;
  readonly speed: ScorerSpeed;
  readonly throughStore: ThroughStore;
}

const daysOf = (done: readonly Done[]): readonly HealthyDay[] =>
  done.flatMap((each) => (each.kind === 'healthy-day' ? [each.day] : []));

const totalPages = ({ pages }: HealthyDay): number => pages.error_rate + pages.latency + pages.silence;

const perCheck = (pages: (day: HealthyDay) => number) => (day: HealthyDay) => pages(day) / day.checks;

const falseRows = (days: readonly HealthyDay[]): Readonly<Record<string, { share: Interval; episodes: Interval }>> => ({
  'as it is': {
    share: overDays(days, perCheck(totalPages)),
    episodes: overDays(days, ({ episodes }) => episodes),
  },
  'quiet preset': {
    share: overDays(
      days,
      perCheck(({ quiet }) => quiet.pages),
    ),
    episodes: overDays(days, ({ quiet }) => quiet.episodes),
  },
  reference: {
    share: overDays(
      days,
      perCheck(({ reference }) => reference.pages),
    ),
    episodes: overDays(days, ({ reference }) => reference.episodes),
  },
});

const pagesByEvent = (days: readonly HealthyDay[]): Readonly<Record<DayEvent, number>> =>
  Object.fromEntries(
    EVENTS.map((event) => [event, days.reduce((sum, { pagesBy }) => sum + pagesBy[event], 0)]),
  ) as Record<DayEvent, number>;

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

const faultsJson = (cells: Cells) =>
  Object.fromEntries(
    [...cells].map(([row, byTraffic]) => [
      row,
      Object.fromEntries(
        [...byTraffic].map(([requests, cell]) => [
          requests,
          {
            episodes: cell.episodes,
            recall: rounded(cell.recall, 3),
            secondsP50: cell.secondsP50 === null ? null : Math.round(cell.secondsP50),
            quietRecall: rounded(cell.quietRecall, 3),
            referenceRecall: rounded(cell.referenceRecall, 3),
            ...(row.startsWith('slow burn') ? { ticketWithin30Min: rounded(cell.ticketShare, 3) } : {}),
          },
        ]),
      ),
    ]),
  );

export const toJson = ({ done, size, seconds, speed, throughStore }: Report) => {
  const days = daysOf(done);
  const cells = summarizeFaults(done);
  const rows = falseRows(days);
  const ours = recallOf(cells);
  const reference = recallOf(cells, ({ referenceRecall }) => referenceRecall);
  return {
    checks: days.reduce((sum, { checks }) => sum + checks, 0),
    falsePageShare: rows['as it is']?.share.value ?? null,
    falsePageShareInterval: rows['as it is']?.share ?? null,
    falsePagesPerServiceDay: rows['as it is']?.episodes ?? null,
    falsePagesBy: pagesByEvent(days),
    recall: ours.recall,
    recallByTraffic: ours.byTraffic,
    grossDetectSecondsP50: grossSeconds(done),
    faults: faultsJson(cells),
    quiet: {
      falsePageShare: rows['quiet preset']?.share.value ?? null,
      falsePagesPerServiceDay: rows['quiet preset']?.episodes ?? null,
      ...recallOf(cells, ({ quietRecall }) => quietRecall),
    },
    reference: {
      falsePageShare: rows['reference']?.share.value ?? null,
      falsePagesPerServiceDay: rows['reference']?.episodes ?? null,
      recall: reference.recall,
      recallByTraffic: reference.byTraffic,
    },
    shop: summarizeShop(shopRuns(done)),
    throughStore,
    ...speed,
    size,
    seconds,
    machine: describeMachine(),
  };
};

const percent = ({ value, low, high }: Interval): string =>
  `${(100 * value).toFixed(4)} [${(100 * low).toFixed(4)}, ${(100 * high).toFixed(4)}]`;

const plain = ({ value, low, high }: Interval): string => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;

const groups = (days: readonly HealthyDay[]): Readonly<Record<string, readonly HealthyDay[]>> => ({
  'with an hourly job': days.filter(({ profile }) => profile.hasHourlyJob),
  ...Object.fromEntries(Map.groupBy(days, ({ profile }) => `errors ${profile.errors}`)),
  'below 100 requests per 5 min': days.filter(({ profile }) => profile.requestsPerFiveMinutes < 100),
  '1,000 and more': days.filter(({ profile }) => profile.requestsPerFiveMinutes >= 1_000),
});

export const printTables = ({ done, size, seconds, speed, throughStore }: Report): void => {
  const days = daysOf(done);
  const cells = summarizeFaults(done);
  const checks = days.reduce((sum, each) => sum + each.checks, 0);
  console.log(`Healthy traffic: ${days.length} service-days, ${checks} checks (errors and latency, every 30 s)`);
  console.table(
    Object.fromEntries(
      Object.entries(falseRows(days)).map(([row, { share, episodes }]) => [
        row,
        { 'checks that page, %': percent(share), 'false pages per service-day': plain(episodes) },
      ]),
    ),
  );
  const sum = (of: (day: HealthyDay) => number): number => days.reduce((total, day) => total + of(day), 0);
  console.table({
    'checks that page': {
      errors: sum(({ pages }) => pages.error_rate),
      latency: sum(({ pages }) => pages.latency),
      silence: sum(({ pages }) => pages.silence),
      'of them P1': sum(({ p1Pages }) => p1Pages),
    },
  });
  console.log('Checks that page, by what the healthy day had planned in the five minutes before');
  console.table({ 'checks that page': pagesByEvent(days) });
  console.table(
    Object.fromEntries(
      Object.entries(groups(days))
        .filter(([, group]) => group.length > 0)
        .map(([name, group]) => [
          name,
          {
            'service-days': group.length,
            'checks that page, %': percent(overDays(group, perCheck(totalPages))),
            'first 3 h, pages': (group.reduce((all, day) => all + day.coldEpisodes, 0) / group.length).toFixed(2),
          },
        ]),
    ),
  );
  console.log(
    `Slow-burn tickets on healthy traffic: ${(sum((day) => day.slowBurnTickets) / days.length).toFixed(3)} a service-day`,
  );
  console.log('Recall within 3 min / median seconds to page, lag included [quiet preset, reference]');
  const shown = [...FAULTS, SILENCE, NEW_SERVICE];
  console.table(
    Object.fromEntries(
      shown.map(({ name }) => [
        name,
        Object.fromEntries(
          TRAFFIC_LEVELS.map((requests) => {
            const cell = cells.get(name)?.get(requests);
            if (!cell) return [requests, ''];
            const { recall, secondsP50, quietRecall, referenceRecall } = cell;
            const time = secondsP50 === null ? '–' : String(Math.round(secondsP50));
            return [
              requests,
              `${recall.toFixed(2)} / ${time} [${quietRecall.toFixed(2)}, ${referenceRecall.toFixed(2)}]`,
            ];
          }),
        ),
      ]),
    ),
  );
  console.table(
    Object.fromEntries(
      SLOW_BURNS.map(({ name }) => [
        name,
        Object.fromEntries(
          [...(cells.get(name) ?? [])].map(([requests, cell]) => [
            requests,
            `${cell.ticketShare.toFixed(2)} within 30 min / median ${cell.ticketMinutesP50?.toFixed(0) ?? '–'} min`,
          ]),
        ),
      ]),
    ),
  );
  const ours = recallOf(cells);
  const reference = recallOf(cells, ({ referenceRecall }) => referenceRecall);
  console.table({
    'as it is': { ...ours.byTraffic, '1,000 and more': ours.recall },
    'quiet preset': (({ byTraffic, recall }) => ({ ...byTraffic, '1,000 and more': recall }))(
      recallOf(cells, ({ quietRecall }) => quietRecall),
    ),
    reference: { ...reference.byTraffic, '1,000 and more': reference.recall },
  });
  console.log(`Gross faults (outage, 1 → 20 %) at 100 requests and more: median ${grossSeconds(done)?.toFixed(0)} s`);
  const shop = summarizeShop(shopRuns(done));
  console.log(
    `Simulated shop: ${shop.falsePages} of ${shop.checks} healthy checks page; faults found of runs / median seconds from when customers notice`,
  );
  console.table(
    Object.fromEntries(
      Object.entries(shop.faults).map(([name, { runs, found, secondsP50 }]) => [
        name,
        `${found} of ${runs} / ${secondsP50 ?? '–'}`,
      ]),
    ),
  );
  console.log(
    `Through the embedded store: ${throughStore.rows} rows, ${throughStore.checks} checks, ${throughStore.pagesFromStore} page and ${throughStore.pagesFromCounts} of counts alone, the same in ${(100 * throughStore.agreement).toFixed(2)} %, at most ${throughStore.queriesPerTickMax} queries a tick`,
  );
  const millions = (points: number): string => (points / 1e6).toFixed(2);
  console.log(
    `Scorer: ${millions(speed.pointsPerSecond)} M points/s on one thread, ${millions(speed.pointsPerSecondWithFits)} M with each baseline fitted anew`,
  );
  console.log(`Seed ${size.seed}, ${size.episodes} episodes a cell, ${seconds} s on ${describeMachine()}`);
};

import {
  listIncidents,
  lockOpenings,
  readIncidentView,
  readLastingObservations,
  recordDetection,
} from '#capabilities/incidents/index.ts';
import { keepMatches } from '#capabilities/log-matches/index.ts';
import { type LogMatchDeps, observeMatches } from '#capabilities/log-matches/observe-matches.ts';
import type { Database } from '#database/state-store.ts';
import type { MatchedDelivery, MatchedLine } from '#kernel/matched-delivery.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import { recordingMetrics } from '../../support/recording.ts';
import { incidentsOn } from '../incidents/support.ts';

type Settings = Parameters<typeof incidentsOn>[1];

/** Lines, and what becomes of them, of one database on one clock. */
export const matchesOn = (db: Database, settings: Settings = {}) => {
  const incidents = incidentsOn(db, settings);
  const { clock } = incidents;
  const metrics = recordingMetrics();
  const recordSettings = { openFrom: 'P2', cooldownMs: 30 * 60_000, ...settings } as const;
  const deps: LogMatchDeps = {
    db,
    clock,
    lockRecording: lockOpenings,
    readLasting: (state) => readLastingObservations(state, 'log_match'),
    record: async (trx, tick) => {
      await recordDetection({ metrics, settings: recordSettings }, trx, tick);
    },
  };
  const viewOf = async (number: number): Promise<IncidentView> => {
    const { id } = await db.selectFrom('incidents').select('id').where('number', '=', number).executeTakeFirstOrThrow();
    const view = await readIncidentView({ db }, id);
    if (!view) throw new Error(`INC-${number} is gone`);
    return view;
  };
  return {
    ...incidents,
    metrics,
    deps,
    keep: (...deliveries: readonly MatchedDelivery[]) => keepMatches({ db, clock, metrics }, deliveries),
    /** At a later time, if one is told. */
    observe: (at?: Date) => {
      if (at) clock.at = at;
      return observeMatches(deps);
    },
    viewOf,
    numbers: async () => (await listIncidents({ db }, { state: 'unresolved' })).incidents.map(({ number }) => number),
  };
};

let deliveries = 0;

/** A delivery of its own with one line for each time. */
export const delivery = (
  service: string,
  times: readonly Date[],
  changes: Partial<MatchedLine> = {},
): MatchedDelivery => ({
  key: `delivery ${(deliveries += 1)}`,
  lines: times.map((at, index) => ({
    service,
    word: 'ERROR',
    text: `ERROR number ${index + 1}`,
    atMs: at.getTime(),
    ...changes,
  })),
});

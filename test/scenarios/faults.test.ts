import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { DEFAULT_DETECTION_SETTINGS } from '#capabilities/detection/detection-settings.ts';
import { runDetectionTick } from '#capabilities/detection/run-detection-tick.ts';
import {
  DEFAULT_INCIDENT_SETTINGS,
  listIncidents,
  readIncidentView,
  readKnownAnomalies,
  recordDetection,
} from '#capabilities/incidents/index.ts';
import { refreshOldCallGraph } from '#capabilities/topology/index.ts';
import { addMs, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import { type FaultDefinition, listFaults } from '../../simulator/faults.ts';
import { createShop, type Shop } from '../../simulator/shop.ts';
import { recordingLogger, recordingMetrics } from '../support/recording.ts';
import { openTestState } from '../support/state.ts';

const HISTORY_MS = 70 * MINUTE_MS;
const WARM_UP_MS = 10 * MINUTE_MS;
const WATCHED_MS = 5 * MINUTE_MS;
const HISTORY_SEED = 10;

const directory = mkdtempSync(join(tmpdir(), 'sentinel-faults-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const newFile = (name: string): string => join(mkdtempSync(join(directory, 'store-')), name);

/** A telemetry store in a file, and a clock for whoever uses it. */
const openStore = async (file: string, startAt: Date) => {
  let now = startAt;
  const deps = { clock: { now: () => now }, logger: recordingLogger(), metrics: recordingMetrics() };
  const telemetryStore = await openDuckdbTelemetryStore(deps, { file, dataDirectorySetting: 'none' });
  /** In steps, so that no slice of rows grows large. */
  const append = async (shop: Shop, to: Date): Promise<void> => {
    while (shop.now < to) {
      const next = addMs(shop.now, MINUTE_MS);
      now = next < to ? next : to;
      for (const batch of shop.advanceTo(now)) await telemetryStore.append(batch);
    }
  };
  return { deps, telemetryStore, append };
};

/** The file of a healthy time, which is the same before each fault. */
const makeHistory = async (startAt: Date): Promise<string> => {
  const file = newFile('history.duckdb');
  const { telemetryStore, append } = await openStore(file, startAt);
  await append(createShop({ seed: HISTORY_SEED, startAt, faults: [] }), addMs(startAt, HISTORY_MS));
  await telemetryStore.close();
  return file;
};

const histories = new Map<Date, Promise<string>>();
const historyOf = (startAt: Date): Promise<string> => {
  const history = histories.get(startAt) ?? makeHistory(startAt);
  histories.set(startAt, history);
  return history;
};

const namesOf = (view: IncidentView): string[] => [
  ...new Set([view.lead, ...view.folded].map((anomaly) => anomaly.service)),
];

/** The simulated shop, through the real stores, on a simulated clock: what would have been opened. */
const watchShop = async ({ name: fault, visibleAfterMs }: FaultDefinition, startAt: Date, seed: number) => {
  const faultAt = addMs(startAt, HISTORY_MS);
  const file = newFile('telemetry.duckdb');
  copyFileSync(await historyOf(startAt), file);
  const { deps, telemetryStore, append } = await openStore(file, faultAt);
  const state = await openTestState();
  onTestFinished(async () => {
    await state.close();
    await telemetryStore.close();
  });
  const { db } = state;
  const faults = [{ fault, startAt: faultAt, endAt: addMs(faultAt, 8 * MINUTE_MS) }];
  // Its queues and pools are as after a long day; what it says until the fault is in the history already.
  const shop = createShop({ seed, startAt: addMs(faultAt, -WARM_UP_MS), faults });
  shop.advanceTo(faultAt);

  const openings: Date[] = [];
  for (let ms = 0; ms <= visibleAfterMs + WATCHED_MS; ms += 30 * SECOND_MS) {
    await append(shop, addMs(faultAt, ms));
    await runDetectionTick({
      ...deps,
      db,
      telemetryStore,
      settings: DEFAULT_DETECTION_SETTINGS,
      readKnownAnomalies,
      // Nothing else has read who calls whom: all of the telemetry is new.
      beforeFolding: (signal) => refreshOldCallGraph({ ...deps, db, telemetryStore, settings: { calls: {} } }, signal),
      recordDetection: async (trx, tick) => {
        const { opened } = await recordDetection(
          { metrics: deps.metrics, settings: DEFAULT_INCIDENT_SETTINGS },
          trx,
          tick,
        );
        if (opened.length > 0) openings.push(deps.clock.now());
      },
    });
  }
  const { incidents } = await listIncidents({ db }, { state: 'unresolved' });
  const views = await Promise.all(incidents.map((incident) => readIncidentView({ db }, incident.id)));
  return {
    openedAfterMs: openings.map((at) => at.getTime() - faultAt.getTime()),
    incidents: views.map((view) => ({
      lead: view?.lead.service,
      services: view ? namesOf(view).toSorted() : [],
    })),
  };
};

const NIGHT = new Date('2026-11-21T02:00:00Z');
const EVENING = new Date('2026-11-21T18:00:00Z');
const BROKEN = listFaults().filter((fault) => fault.affectedServices.length > 0);
const HEALTHY = listFaults().filter((fault) => fault.affectedServices.length === 0);

it.each(
  BROKEN.flatMap((fault) => [
    [fault.name, 'at night', NIGHT, fault] as const,
    [fault.name, 'in the evening', EVENING, fault] as const,
  ]),
)(
  '%s %s opens one incident within three minutes of being visible, led by its cause, with what it affects folded in',
  async (_name, _when, startAt, fault) => {
    const { incidents, openedAfterMs } = await watchShop(fault, startAt, 11);
    expect(incidents).toEqual([{ lead: fault.cause.service, services: fault.affectedServices.toSorted() }]);
    expect(openedAfterMs[0]).toBeLessThanOrEqual(fault.visibleAfterMs + 3 * MINUTE_MS);
  },
  90_000,
);

it.each(HEALTHY.map((fault) => [fault.name, fault] as const))(
  '%s opens none',
  async (_name, fault) => {
    expect(await watchShop(fault, EVENING, 12)).toEqual({ incidents: [], openedAfterMs: [] });
  },
  90_000,
);

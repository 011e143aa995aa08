import { describe, expect, it } from 'vitest';
import { advanceDetection, type DetectionAdvance } from '#capabilities/detection/advance-detection.ts';
import { DEFAULT_DETECTION_SETTINGS } from '#capabilities/detection/detection-settings.ts';
import { type DetectionState, EMPTY_STATE } from '#capabilities/detection/detection-state.ts';
import type { ServiceCounts } from '#capabilities/detection/judge/service-counts.ts';
import { fromDocuments, toDocuments, tickDocument } from '#capabilities/detection/state-documents.ts';
import type { Evidence } from '#kernel/anomaly.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import { AT, USUAL } from './support/service-ticks.ts';
import { type Behaviour, simulatedService } from './support/simulated-service.ts';

const TICK_MS = 30_000;
const NO_EVIDENCE: Evidence = { query: '', parameters: {}, window: { from: AT, to: AT }, columns: [], rows: [] };
const HEALTHY: Behaviour = { requests: 100, failRate: 0.005 };

const step = (state: DetectionState, services: readonly ServiceCounts[], at: Date): DetectionAdvance =>
  advanceDetection(
    state,
    {
      services: new Map(
        services.filter(({ slots }) => slots.lines.some((rows) => rows > 0)).map((counts) => [counts.service, counts]),
      ),
      rowsOf: new Map(),
      gaps: [],
    },
    at,
    DEFAULT_DETECTION_SETTINGS,
    () => NO_EVIDENCE,
  );

type Plan = (tick: number) => Behaviour | null;

/** Runs services tick by tick, from an hour before tick 0 on, and hands out each tick's result. */
const simulate = (
  plans: Readonly<Record<string, Plan>>,
  ticks: number,
  see: (advance: DetectionAdvance, tick: number, at: Date) => void,
  options: { readonly seed?: number; readonly skip?: (tick: number) => boolean } = {},
): DetectionState => {
  const random = seededRandom(options.seed ?? 1);
  const services = Object.entries(plans).map(([name, plan]) => ({ plan, service: simulatedService(name, random) }));
  let state: DetectionState = { ...EMPTY_STATE, thresholds: new Map(Object.keys(plans).map((name) => [name, USUAL])) };
  for (let tick = -130; tick < ticks; tick += 1) {
    const at = addMs(AT, tick * TICK_MS);
    for (const { plan, service } of services) service.pass(plan(tick), at);
    if (tick < 0 || options.skip?.(tick) === true) continue;
    const advance = step(
      state,
      services.map(({ service }) => service.counts()),
      at,
    );
    expect(advance.faults).toEqual([]);
    state = advance.state;
    see(advance, tick, at);
  }
  return state;
};

const minutes = (count: number): number => count * 2;

describe('advanceDetection', () => {
  it('wakes nobody in a healthy day', () => {
    let pages = 0;
    let checks = 0;
    let raised = 0;
    const plans = {
      gateway: () => HEALTHY,
      'payment-service': () => ({ requests: 20, failRate: 0.01 }),
      'never-errs': () => ({ requests: 60, failRate: 0 }),
      'little-traffic': () => ({ requests: 2, failRate: 0.01 }),
      // A day's curve between a third and the whole of its traffic.
      'day-and-night': (tick: number) => ({
        requests: 40 + 20 * Math.sin((tick / 2_880) * 2 * Math.PI),
        failRate: 0.005,
      }),
    };
    simulate(plans, 2_880, ({ observations, gaps }) => {
      checks += 10;
      pages += observations.filter(({ isPaging }) => isPaging).length;
      raised += observations.filter(({ severity }) => severity !== null).length;
      expect(gaps.every(({ kind }) => kind === 'too-little-traffic')).toBe(true);
    });
    expect(pages).toBe(0);
    expect(raised / checks).toBeLessThan(0.03);
  });

  it('finds a fault at once, keeps the spike out of its own baseline for hours, and sees it recover', () => {
    const begins = minutes(30);
    const ends = begins + minutes(240);
    const failing: Behaviour = { requests: 100, failRate: 0.05 };
    const pagedAt: number[] = [];
    const lasting: boolean[] = [];
    const rates: number[] = [];
    let onsetAt: Date | undefined;
    let closing: { tick: number; quietSince: Date } | undefined;
    const state = simulate(
      { 'payment-service': (tick) => (tick > begins && tick <= ends ? failing : HEALTHY) },
      ends + minutes(90),
      ({ observations, closings }, tick) => {
        const observation = observations.find(({ signal }) => signal === 'error_rate');
        if (observation?.isPaging === true) pagedAt.push(tick);
        if (tick > begins + minutes(3) && tick <= ends) {
          lasting.push((observation?.score ?? 0) >= 3.5);
          rates.push(observation?.baselineRate ?? 1);
          onsetAt ??= observation?.onsetAt;
        }
        const closed = closings.find(({ signal }) => signal === 'error_rate');
        if (closed && tick > ends) closing ??= { tick, quietSince: closed.quietSince };
      },
    );
    expect(pagedAt[0]).toBeGreaterThan(begins);
    expect(pagedAt[0]).toBeLessThanOrEqual(begins + minutes(3));
    expect(lasting.filter(Boolean)).toHaveLength(lasting.length);
    expect(Math.max(...rates)).toBeLessThan(0.008);
    expect(Math.abs((onsetAt?.getTime() ?? 0) - addMs(AT, begins * TICK_MS).getTime())).toBeLessThanOrEqual(MINUTE_MS);
    expect(closing?.tick).toBeGreaterThanOrEqual(ends + 10);
    expect(closing?.tick).toBeLessThanOrEqual(ends + minutes(12));
    const saidEnd = closing?.quietSince.getTime() ?? 0;
    expect(Math.abs(saidEnd - addMs(AT, ends * TICK_MS).getTime())).toBeLessThanOrEqual(MINUTE_MS);
    // The minutes that were unusual are remembered for three hours.
    expect([...state.services.values()]).toMatchObject([{ guard: { frozen: null, dirty: [] }, episodes: new Map() }]);
  });

  it('tells of one silent service, and of its return', () => {
    const silentFrom = minutes(20);
    const back = minutes(60);
    const seen: number[] = [];
    const closed: number[] = [];
    simulate(
      { gateway: () => HEALTHY, 'auth-service': (tick) => (tick > silentFrom && tick <= back ? null : HEALTHY) },
      minutes(80),
      ({ observations, closings, gaps }, tick, at) => {
        const silence = observations.find(({ signal }) => signal === 'silence');
        if (silence) {
          seen.push(tick);
          expect(silence).toMatchObject({ service: 'auth-service', lastSeenAt: addMs(AT, silentFrom * TICK_MS - 1) });
          expect(silence.isFailingNow).toBe(tick <= back);
        }
        expect(gaps.filter(({ kind }) => kind === 'telemetry-silent')).toEqual([]);
        expect(at.getTime()).toBeGreaterThan(0);
        closed.push(...closings.filter(({ signal }) => signal === 'silence').map(() => tick));
      },
    );
    expect(seen[0]).toBe(silentFrom + minutes(2));
    expect(closed).toEqual([back + 10]);
  });

  it('says once for all that nothing is seen from anybody, and pages for no service then or after', () => {
    const from = minutes(20);
    const back = minutes(50);
    const plan: Plan = (tick) => (tick > from && tick <= back ? null : HEALTHY);
    const slow: Plan = (tick) => (tick > from && tick <= back + 2 ? null : { requests: 20, failRate: 0 });
    const silent: number[] = [];
    simulate(
      { gateway: plan, 'payment-service': plan, 'auth-service': slow },
      minutes(75),
      ({ observations, gaps }, tick) => {
        expect(observations.filter(({ signal }) => signal === 'silence')).toEqual([]);
        const gap = gaps.filter(({ kind }) => kind === 'telemetry-silent');
        expect(gap.length).toBeLessThanOrEqual(1);
        if (gap.length === 1) silent.push(tick);
      },
    );
    expect(silent[0]).toBeLessThanOrEqual(from + minutes(2));
    expect(silent.at(-1)).toBe(back);
    expect(silent).toHaveLength((silent.at(-1) ?? 0) - (silent[0] ?? 0) + 1);
  });

  it('has nothing to say about an empty store but that it is empty', () => {
    const { observations, gaps, services } = step(EMPTY_STATE, [], AT);
    expect({ observations, services }).toEqual({ observations: [], services: 0 });
    expect(gaps).toMatchObject([{ kind: 'telemetry-silent', service: null }]);
  });

  it('takes no hole of its own making for silence', () => {
    const down = { from: minutes(10), to: minutes(22) };
    const isDown = (tick: number): boolean => tick > down.from && tick <= down.to;
    simulate(
      {
        gateway: (tick) => (isDown(tick) ? null : HEALTHY),
        'auth-service': (tick) =>
          isDown(tick) || (tick <= down.to + 2 && tick > down.from) ? null : { requests: 30, failRate: 0 },
      },
      minutes(40),
      ({ observations }) => expect(observations.filter(({ signal }) => signal === 'silence')).toEqual([]),
      { skip: isDown },
    );
  });

  it('keeps an error episode open while its service cannot be seen', () => {
    const failing: Behaviour = { requests: 100, failRate: 0.4 };
    const closed: number[] = [];
    simulate(
      { gateway: () => HEALTHY, 'payment-service': (tick) => (tick <= 10 ? HEALTHY : tick <= 20 ? failing : null) },
      minutes(100),
      ({ closings, observations }, tick) => {
        closed.push(...closings.filter(({ service }) => service === 'payment-service').map(() => tick));
        if (tick > 40)
          expect(observations.map(({ service, signal }) => `${service} ${signal}`)).toContain(
            'payment-service error_rate',
          );
      },
    );
    expect(closed).toEqual([]);
  });

  it('learns the spread of a clustered service once per five minutes, and not during an incident', () => {
    const counts: number[] = [];
    simulate(
      { 'payment-service': (tick) => (tick > minutes(30) ? { requests: 100, failRate: 0.3 } : HEALTHY) },
      minutes(90),
      ({ state }) => counts.push(state.spread.get('payment-service')?.error.count ?? 0),
    );
    expect(counts[0]).toBe(1);
    expect(counts[minutes(5)]).toBeCloseTo(1 + Math.exp(-1 / 288), 10);
    expect(counts[minutes(40)]).toBe(counts[minutes(89)]);
  });

  it('keeps one service that breaks the scoring from blinding it to the others', () => {
    const random = seededRandom(3);
    const service = simulatedService('payment-service', random);
    for (let tick = 0; tick < 130; tick += 1) service.pass(tick < 124 ? HEALTHY : { requests: 100, failRate: 0.5 }, AT);
    const broken = {
      ...service.counts(),
      service: 'broken',
      slots: { ...service.counts().slots, requests: null },
    } as never as ServiceCounts;
    const { observations, gaps, faults } = step(EMPTY_STATE, [broken, service.counts()], AT);
    expect(observations).toMatchObject([{ service: 'payment-service', isPaging: true }]);
    expect(gaps).toMatchObject([{ kind: 'query-failed', service: 'broken' }]);
    expect(faults).toHaveLength(1);
  });
});

describe('the stored state', () => {
  it('comes back as it was', () => {
    const state = simulate(
      { gateway: () => HEALTHY, 'payment-service': (tick) => (tick > 20 ? { requests: 100, failRate: 0.3 } : HEALTHY) },
      40,
      () => {},
    );
    const rows = [tickDocument(state.tick), ...toDocuments(state)].map((document) => ({
      service: document.service,
      signal: document.signal,
      state: JSON.parse(document.toJson()) as unknown,
    }));
    expect(fromDocuments(rows)).toEqual({ state, unreadable: [] });
  });

  it('survives services with awkward names', () => {
    const names = ['__proto__', 'constructor', 'a"b\\c', 'ärger 🔥', ''];
    const state = { ...EMPTY_STATE, thresholds: new Map(names.map((name) => [name, USUAL])) };
    const rows = toDocuments(state).map((document) => ({
      ...document,
      state: JSON.parse(document.toJson()) as unknown,
    }));
    expect(fromDocuments(rows).state.thresholds).toEqual(state.thresholds);
  });
});

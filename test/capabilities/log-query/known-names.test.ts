import { describe, expect, it } from 'vitest';
import {
  createKnownNames,
  limitAskers,
  understandLogRequest,
  understandQuestion,
} from '#capabilities/log-query/index.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import type { QueryAnswer, TelemetryStore } from '#ports/telemetry-store.ts';
import { addMs, SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';

const ANN = { kind: 'person', id: 'U01ANN', surface: 'slack' } as const;
const nothing = () => undefined;
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A store that counts how often it is asked for the services, and holds its answers back where told to. */
const openNames = () => {
  let now = new Date('2026-11-21T14:20:00Z');
  const clock = { now: () => now };
  const state = {
    services: ['payment-service'],
    reads: 0,
    isAway: false,
    areKindsSlow: false,
    held: Promise.resolve(),
  };
  const telemetryStore: Pick<TelemetryStore, 'schema' | 'query'> = {
    schema: () => new Map(Object.entries(TELEMETRY_SCHEMA)),
    query: async ({ query }): Promise<QueryAnswer> => {
      const isLogs = query.plan.steps.some((step) => step.kind === 'from' && step.indices[0]?.name === 'logs');
      if (isLogs) state.reads += 1;
      await state.held;
      if (state.isAway) throw new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'It is away.' });
      const isOfKinds = query.text.includes('metric.type');
      if (isOfKinds && state.areKindsSlow)
        throw new AppError({ code: 'timeout', isRetryable: true, userMessage: 'It took too long.' });
      const ofMetrics = isOfKinds ? [[7, 'orders.placed', 'gauge', null, null]] : [[7, 'orders.placed']];
      return {
        columns: [],
        rows: isLogs ? state.services.map((name, at) => [99 - at, name]) : ofMetrics,
        warnings: [],
        isCut: false,
        tookMs: 1,
      };
    },
  };
  const knownNames = createKnownNames({ telemetryStore, clock });
  const deps = {
    telemetryStore,
    knownNames,
    clock,
    logger,
    failedExpression: 'status_code >= 500',
    translator: null,
    limitAsking: limitAskers({ clock }, { atOnce: 1, perMinute: 1 }),
  };
  const pass = (seconds: number): void => {
    now = addMs(now, seconds * SECOND_MS);
  };
  return { state, knownNames, deps, pass };
};

describe('the names that telemetry knows', () => {
  it('are read once for everybody who asks within a minute, and anew after it', async () => {
    const { state, knownNames, pass } = openNames();
    expect((await knownNames.read()).services).toEqual(['payment-service']);
    pass(60);
    await knownNames.read();
    expect(state.reads).toBe(1);
    pass(1);
    await knownNames.read();
    expect(state.reads).toBe(2);
  });

  it('are read once for all who ask at the same time', async () => {
    const { state, knownNames } = openNames();
    let release = nothing as () => void;
    state.held = new Promise((resolve) => {
      release = resolve;
    });
    const asked = [knownNames.read(), knownNames.readAnew(), knownNames.read()];
    release();
    await Promise.all(asked);
    expect(state.reads).toBe(1);
  });

  it('stay as they were while the store is away, and are asked for again', async () => {
    const { state, knownNames, pass } = openNames();
    await knownNames.read();
    state.isAway = true;
    pass(61);
    expect((await knownNames.read()).services).toEqual(['payment-service']);
    state.isAway = false;
    state.services = ['order-service'];
    expect((await knownNames.read()).services).toEqual(['order-service']);
  });

  it('are empty where they were never read', async () => {
    const { state, knownNames } = openNames();
    state.isAway = true;
    expect(await knownNames.read()).toEqual({ services: [], metrics: [], metricKinds: new Map() });
  });

  it('are there though what their values are takes too long to read', async () => {
    const { knownNames, state } = openNames();
    state.areKindsSlow = true;
    expect(await knownNames.read()).toEqual({
      services: ['payment-service'],
      metrics: ['orders.placed'],
      metricKinds: new Map(),
    });
    state.areKindsSlow = false;
    expect((await knownNames.read()).metricKinds).toEqual(new Map([['orders.placed', 'state']]));
  });

  it('are read anew for a service that appeared since', async () => {
    const { state, deps, pass } = openNames();
    const ask = (text: string) => understandQuestion(deps, { text, timeZone: 'UTC' }, ANN);
    await ask('errors from payment');
    state.services = ['payment-service', 'mailer'];
    pass(10);
    expect(await ask('errors from mailer')).toMatchObject({
      understanding: { isWhole: true, query: expect.stringContaining('service.name == "mailer"') },
    });
    expect(state.reads).toBe(2);
    state.services = ['payment-service', 'mailer', 'printer'];
    pass(10);
    expect(await understandLogRequest(deps, { service: 'printer', words: '', timeZone: 'UTC' })).toMatchObject({
      kind: 'understood',
    });
    expect(state.reads).toBe(3);
  });

  it('cost one reading for questions that are understood, and no more than one in five seconds for others', async () => {
    const { state, deps, pass } = openNames();
    const ask = (text: string) => understandQuestion(deps, { text, timeZone: 'UTC' }, ANN);
    for (let asked = 0; asked < 10; asked += 1) {
      await ask('errors from payment');
      await ask('errors from nobody');
    }
    expect(state.reads).toBe(1);
    pass(6);
    for (let asked = 0; asked < 10; asked += 1) await ask('errors from nobody');
    expect(state.reads).toBe(2);
  });
});

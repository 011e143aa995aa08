import { expect, test } from 'vitest';
import { ingestCloudwatch } from '#capabilities/ingest/index.ts';
import type { TelemetryBatch } from '#ports/telemetry-store.ts';

const EVENTS = 10_000;

test('lets others have their turn while many events are read', async () => {
  let turns = 0;
  let isReading = true;
  const others = (): void => {
    turns += 1;
    if (isReading) setImmediate(others);
  };
  const append = async () => {
    isReading = false;
    return { accepted: EVENTS, rejected: [] };
  };
  const events = Array.from({ length: EVENTS }, (_, n) => ({ timestamp: n, message: `line ${n}` }));
  const envelope = { isControl: false, group: 'g', stream: 's', account: 'a', events };
  setImmediate(others);
  const reading = ingestCloudwatch({ telemetryStore: { append }, keepMatches: null }, [{ envelope, key: 'k' }], []);
  expect((await reading).accepted).toBe(EVENTS);
  expect(turns).toBeGreaterThanOrEqual(9);
});

const TOO_MANY_TOGETHER = 50_001;

test('stores deliveries that are too many together one after the other, and tells the place of what it refuses', async () => {
  const sizes: number[] = [];
  const append = async ({ logs = [] }: TelemetryBatch) => {
    sizes.push(logs.length);
    return { accepted: logs.length, rejected: [] };
  };
  const good = Array.from({ length: TOO_MANY_TOGETHER - 1 }, () => ({ timestamp: 1, message: 'm' }));
  const delivery = {
    envelope: { isControl: false, group: 'g', stream: 's', account: 'a', events: [...good, 'bad'] },
    key: 'k',
  };
  const outcome = await ingestCloudwatch({ telemetryStore: { append }, keepMatches: null }, [delivery, delivery], []);
  expect(sizes).toEqual([50_000, 50_000]);
  expect([outcome.accepted, outcome.rejectedCount]).toEqual([100_000, 2]);
  expect(outcome.rejected.map(({ event }) => event)).toEqual([50_000, 100_001]);
});

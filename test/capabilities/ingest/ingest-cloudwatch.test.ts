import { expect, test } from 'vitest';
import { ingestCloudwatch } from '#capabilities/ingest/index.ts';

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

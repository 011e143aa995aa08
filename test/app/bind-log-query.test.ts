import { expect, it, onTestFinished } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import type { Actor } from '#kernel/actor.ts';
import { seededRandom } from '#kernel/random.ts';
import { windowBefore } from '#kernel/time-window.ts';
import { HOUR_MS } from '#kernel/duration.ts';
import { logQueryCommands } from '../../src/app/bind-log-query.ts';
import { createTestClock, createTestLogger, createTestMetrics } from '../adapters/slack/board-fixture.ts';
import { configOf } from '../config/load.ts';

const ANN: Actor = { kind: 'person', id: 'U01ANN', surface: 'slack' };
const BOB: Actor = { ...ANN, id: 'U02BOB' };

it('limits all that one person reads of telemetry together', async () => {
  const [clock, logger, metrics] = [createTestClock(), createTestLogger(), createTestMetrics()];
  const telemetryStore = await openDuckdbTelemetryStore(
    { clock, logger, metrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
  );
  onTestFinished(() => telemetryStore.close());
  const config = configOf('query: {perMinute: 1}');
  const commands = logQueryCommands({ config, clock, logger, metrics, telemetryStore, random: seededRandom(1) });
  const service = 'orders';
  const ways = [
    (actor: Actor) => commands.runQuery({ text: 'FROM logs | LIMIT 1' }, actor),
    (actor: Actor) => commands.readPatterns({ service, window: windowBefore(clock.now(), HOUR_MS) }, actor),
    (actor: Actor) => commands.readTrace('4bf92f3577b34da6a3ce929d0e0e4736', actor),
    (actor: Actor) => commands.readServiceCalls({ service }, actor),
    (actor: Actor) => commands.readSlowSpans({ service }, actor),
  ];
  for (const [at, ask] of ways.entries()) {
    clock.advance(2 * 60_000);
    expect((await ask(at % 2 === 0 ? ANN : BOB)).kind).not.toBe('too-many');
    for (const again of ways)
      expect(await again(at % 2 === 0 ? ANN : BOB)).toMatchObject({ kind: 'too-many', why: 'per-minute', most: 1 });
  }
});

import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { createPrometheusMetrics } from '#adapters/http/prometheus-metrics.ts';
import { startHttpServer } from '#adapters/http/start-http-server.ts';
import { checkQuery } from '#esql/check-query.ts';
import { systemClock } from '#kernel/clock.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { parseSimulateFlags } from '../../../simulator/simulate/flags.ts';
import { runSimulate, type SimulateSecrets } from '../../../simulator/simulate/run-simulate.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';
import { ingestOptions, TOKEN } from '../../adapters/http/http-under-test.ts';
import { type FakeServer, sendJson, startFakeElasticsearch, startFakeServer } from './simulated-targets.ts';

const NO_CREDENTIALS = { apiKey: null, basic: null };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
const closing = <Server extends { close(): Promise<void> }>(server: Server): Server => {
  closers.push(server.close);
  return server;
};

/** Runs until it is told to end, and collects what it prints. */
const simulate = (args: readonly string[], given: Partial<SimulateSecrets> = {}) => {
  const secrets = { token: null, elasticsearch: NO_CREDENTIALS, ...given };
  let printed = '';
  const out = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      printed += chunk.toString('utf8');
      done();
    },
  }) as unknown as NodeJS.WriteStream;
  const stop = new AbortController();
  const parsed = parseSimulateFlags(args);
  if (parsed.kind !== 'run') throw new Error(`bad flags: ${JSON.stringify(parsed)}`);
  const ended = runSimulate({ clock: systemClock, out, signal: stop.signal }, parsed.flags, secrets);
  ended.catch(() => undefined);
  return {
    printed: () => printed,
    ended,
    end: () => {
      stop.abort();
      return ended;
    },
    untilSaid: (text: string | RegExp) =>
      vi.waitFor(() => expect(printed).toMatch(text), { timeout: 20_000, interval: 50 }),
  };
};

describe('feeding a running Sentinel', () => {
  let store: TelemetryStore;
  let url: string;

  beforeEach(async () => {
    const deps = { clock: systemClock, logger: recordingLogger(), metrics: recordingMetrics() };
    store = closing(await openDuckdbTelemetryStore(deps, { file: ':memory:', dataDirectorySetting: 'none' }));
    const server = await startHttpServer(
      { ...deps, metrics: createPrometheusMetrics(), telemetryStore: store, keepMatches: null, checks: [] },
      // Smaller than a minute of logs, so that batches must be halved.
      { ...ingestOptions({ maxBodyBytes: 200_000 }), host: '127.0.0.1', port: 0, portSetting: 'none', drainMs: 1_000 },
    );
    closing(server);
    url = server.address;
  });

  const count = async (query: string): Promise<unknown> => {
    const checked = checkQuery(query, { schema: store.schema() });
    return (await store.query({ query: checked, timeoutMs: 5000, purpose: 'test' })).rows[0]?.[0];
  };

  it('stores history first and then the present, and ends with the counts and the truth', async () => {
    const run = simulate(['--fault', 'expired-credential', '--url', url, '--history', '3m', '--seed', '5'], {
      token: TOKEN,
    });
    await run.untilSaid('the present, on the wall clock');
    expect(run.printed()).toContain('Feeding Sentinel at');
    expect(run.printed()).toMatch(/history \[#{24}\] [\d,]+ rows stored, 0 refused/);
    await vi.waitFor(
      async () =>
        expect(await count('FROM logs | WHERE message LIKE "*invalid_token*" | STATS n = COUNT(*)')).not.toBe(0),
      { timeout: 20_000, interval: 200 },
    );
    await run.end();
    const [, logs = '', spans = '', metrics = ''] =
      /Stored ([\d,]+) logs, ([\d,]+) spans and ([\d,]+) metric points; 0 refused/.exec(run.printed()) ?? [];
    for (const [index, told] of Object.entries({ logs, spans, metrics })) {
      expect(await count(`FROM ${index} | STATS n = COUNT(*)`)).toBe(Number(told.replaceAll(',', '')));
    }
    expect(Number(logs.replaceAll(',', ''))).toBeGreaterThan(4000);
    expect(run.printed()).toMatch(/expired-credential: The access token for the bank expired/);
    expect(run.printed()).toContain('led by payment-service, with order-service and gateway folded in');
    expect(run.printed()).toContain('It was still going on.');
  }, 60_000);

  it('says what is wrong with a token that the Sentinel does not know', async () => {
    const run = simulate(['--fault', 'none', '--url', url, '--history', '1m', '--token', 'wrong-token-0123456789']);
    await expect(run.ended).rejects.toThrow(/does not know this token.*SENTINEL_INGEST_TOKENS/);
  });

  it('says how to get a token where there is none', async () => {
    const run = simulate(['--fault', 'none', '--url', url]);
    await expect(run.ended).rejects.toThrow(/SENTINEL_INGEST_TOKEN or --token/);
  });
});

describe('feeding a Sentinel that is busy', () => {
  it('waits as Retry-After says and sends what was not stored yet', async () => {
    let answers = 0;
    const lines: string[] = [];
    const server: FakeServer = closing(
      await startFakeServer(({ path, body }, response) => {
        if (path === '/healthz') return sendJson(response, 200, { status: 'alive' });
        if (!path.startsWith('/ingest')) return sendJson(response, 404, {});
        const sent = body === '' ? [] : body.split('\n');
        if (sent.length > 0) answers += 1;
        if (answers === 1) {
          lines.push(...sent.slice(0, 10));
          return sendJson(response, 503, { accepted: 10, rejectedCount: 0, rejected: [] }, { 'retry-after': '1' });
        }
        lines.push(...sent);
        return sendJson(response, 200, { accepted: sent.length, rejectedCount: 0, rejected: [] });
      }),
    );
    const run = simulate(['--fault', 'none', '--url', server.url.href, '--history', '1m', '--token', TOKEN]);
    await run.untilSaid('the present');
    await run.end();
    expect(run.printed()).toContain('waiting 1.0 s: it answers 503');
    expect(run.printed()).toContain('Waited 1 times, 1 s in all.');
    expect(new Set(lines).size).toBe(lines.length);
    expect(run.printed()).toContain('Nothing breaks: no incident should open.');
  }, 30_000);
});

describe('feeding an Elasticsearch', () => {
  it('makes indices whose names and ids are keywords, and stores rows in the names that queries use', async () => {
    const server = closing(await startFakeElasticsearch());
    const run = simulate(
      ['--fault', 'none', '--url', server.url.href, '--history', '1m', '--logs-index', 'shop-logs'],
      { elasticsearch: { apiKey: 'a-key', basic: null } },
    );
    await run.untilSaid('the present');
    await run.end();
    const made = server.seen.filter((request) => request.method === 'PUT');
    expect(made.map((request) => request.path)).toEqual(['/shop-logs', '/app-spans', '/app-metrics']);
    expect(JSON.parse(made[0]?.body ?? '').mappings.properties['service.name']).toEqual({ type: 'keyword' });
    expect(made[0]?.headers.authorization).toBe('ApiKey a-key');
    const rows = [...server.stored].filter(([key]) => key.startsWith('shop-logs/')).map(([, row]) => row);
    expect(rows.length).toBeGreaterThan(1000);
    expect(rows[0]).toMatchObject({
      '@timestamp': expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      'service.name': expect.any(String),
      duration_ms: expect.any(Number),
      'trace.id': expect.stringMatching(/^[0-9a-f]{32}$/),
      'attributes.http.route': expect.any(String),
    });
  }, 30_000);

  it('sends again what was put off, keeps out what was refused, and stores nothing twice', async () => {
    const server = closing(
      await startFakeElasticsearch((id, attempt) => {
        if (id.endsWith('7') && attempt === 1) return { status: 429, reason: 'queue is full' };
        return id.endsWith('13') ? { status: 400, reason: 'failed to parse' } : { status: 201 };
      }),
    );
    const run = simulate(['--fault', 'none', '--url', server.url.href, '--history', '1m']);
    await run.untilSaid('the present');
    await run.end();
    expect(run.printed()).toMatch(/waiting 1\.0 s: it puts off \d+ rows/);
    expect(run.printed()).toMatch(/refused \d+: document_parsing_exception: failed to parse/);
    const told = /Stored ([\d,]+) logs, ([\d,]+) spans and ([\d,]+) metric/.exec(run.printed()) ?? [];
    const sum = told.slice(1).reduce((total, text) => total + Number(text.replaceAll(',', '')), 0);
    expect(sum).toBe(server.stored.size);
  }, 30_000);

  it('says which credentials it wants when it is refused', async () => {
    const server = closing(
      await startFakeServer((_request, response) =>
        sendJson(response, 401, {}, { 'x-elastic-product': 'Elasticsearch' }),
      ),
    );
    const run = simulate(['--fault', 'none', '--url', server.url.href]);
    await expect(run.ended).rejects.toThrow(/ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME/);
  });
});

describe('an address', () => {
  it('that does not answer is said to', async () => {
    const server = await startFakeServer(() => undefined);
    await server.close();
    const run = simulate(['--fault', 'none', '--url', server.url.href]);
    await expect(run.ended).rejects.toThrow(/cannot be reached: the connection was refused/);
  });

  it('that is neither Sentinel nor Elasticsearch is said to be neither', async () => {
    const server = closing(await startFakeServer((_request, response) => sendJson(response, 200, { hello: 'you' })));
    const run = simulate(['--fault', 'none', '--url', server.url.href]);
    await expect(run.ended).rejects.toThrow(/neither a Sentinel nor an Elasticsearch/);
  });
});

it('ends in the middle of history when told to, and says so', async () => {
  const server = closing(await startFakeElasticsearch());
  const run = simulate(['--fault', 'bad-deploy', '--url', server.url.href, '--history', '60m', '--speed', '60']);
  await run.untilSaid(/history \[/);
  await run.end();
  expect(run.printed()).not.toContain('the present');
  expect(run.printed()).toContain('What was true:');
}, 30_000);

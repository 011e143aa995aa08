import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BulkItem, ingestBulk, MalformedBody } from '#capabilities/ingest/index.ts';
import type { TelemetryBatch } from '#ports/telemetry-store.ts';

const RECEIVED_MS = Date.UTC(2026, 10, 20, 12);

interface Reading {
  readonly items: readonly BulkItem[] | 'malformed';
  readonly stored: number;
}

const read = async (parts: readonly Uint8Array[]): Promise<Reading> => {
  let stored = 0;
  const append = async ({ logs = [], spans = [], metrics = [] }: TelemetryBatch) => {
    const accepted = logs.length + spans.length + metrics.length;
    stored += accepted;
    return { accepted, rejected: [] };
  };
  const body = (async function* () {
    yield* parts;
  })();
  const request = { body, index: 'logs', service: 'shop', receivedMs: RECEIVED_MS };
  try {
    const { items } = await ingestBulk({ telemetryStore: { append } }, request);
    return { items, stored };
  } catch (error) {
    if (!(error instanceof MalformedBody)) throw error;
    expect(stored).toBe(0);
    return { items: 'malformed', stored };
  }
};

const cut = (bytes: Uint8Array, places: readonly number[]): Uint8Array[] => {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1))), bytes.length].toSorted((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
};

const document = fc.oneof(
  fc.constant('{"message":"hello","level":"error"}'),
  fc.constantFrom(
    '{"duration_ms":"fast"}',
    '[]',
    '7',
    '{"a":',
    '{"@timestamp":"yesterday"}',
    '',
    '{"__proto__":{"a":1}}',
  ),
  fc.json(),
);
const storing = fc.tuple(fc.constantFrom('create', 'index'), fc.constantFrom('logs', 'traces-x', 'metrics'), document);
const action = fc.oneof(
  storing.map(([verb, index, source]) => ({ verb, lines: [`{"${verb}":{"_index":"${index}"}}`, source] })),
  document.map((source) => ({ verb: 'update', lines: ['{"update":{"_id":"1"}}', source] })),
  fc.constant({ verb: 'delete', lines: ['{"delete":{"_id":"1"}}'] }),
);
const places = fc.array(fc.nat(), { maxLength: 8 });

test('each action gets one item, in order, and what is said to be stored is, however the body is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 12 }), places, fc.boolean(), async (actions, where, isEnded) => {
      const text = actions.flatMap(({ lines }) => lines).join('\n');
      const bytes = Buffer.from(isEnded || text.endsWith('\n') ? `${text}\n` : text);
      const whole = await read([bytes]);
      expect(whole.items).not.toBe('malformed');
      const items = whole.items === 'malformed' ? [] : whole.items;
      expect(items.map((item) => item.action)).toEqual(actions.map(({ verb }) => verb));
      expect(items.filter(({ outcome }) => outcome === 'stored')).toHaveLength(whole.stored);
      expect(items.every(({ outcome, reason }) => (outcome === 'stored') === (reason === null))).toBe(true);
      expect(await read(cut(bytes, where))).toEqual(whole);
    }),
  );
});

test('random lines and bytes are read or refused, the same way however they are cut', async () => {
  const junk = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .array(
        fc.oneof(fc.constantFrom('{"create":{}}', '{"index":null}', '{"create":{"_index":7}}', '{}', ' '), fc.json()),
      )
      .map((lines) => Buffer.from(lines.join('\n'))),
  );
  await fc.assert(
    fc.asyncProperty(junk, places, async (bytes, where) => {
      const whole = await read([bytes]);
      expect(await read(cut(bytes, where))).toEqual(whole);
    }),
  );
});

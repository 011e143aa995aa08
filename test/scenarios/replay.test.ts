import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { MINUTE_MS } from '#kernel/duration.ts';
import {
  ecsLog,
  logsText,
  replay,
  shopDay,
  spansText,
  temporaryDirectory,
  toNdjson,
  writeInput,
} from '../replay/support.ts';

// The machine may be busy with other tests.
vi.setConfig({ testTimeout: 240_000 });

const EVENING = new Date('2026-11-20T17:00:00Z');
const at = (minute: number): string => new Date(EVENING.getTime() + minute * MINUTE_MS).toISOString();

// Enough requests to be sure of, few enough to be read again and again.
const LOAD = 0.3;

const BAD_DEPLOY = shopDay({
  startAt: EVENING,
  minutes: 90,
  fault: { name: 'bad-deploy', fromMinute: 70, toMinute: 78 },
  load: LOAD,
});

/** Only checks around the fault, for speed. */
const DURING = ['--from', at(68), '--to', at(76)];

/** What readers compare: when, how bad, where. */
const outlineOf = ({ incidents }: Awaited<ReturnType<typeof replay>>) =>
  incidents.map(({ openedAt, severity, services, lead }) => ({ openedAt, severity, services, lead }));

describe('a fault in the file', () => {
  it('is one incident with the cause in the lead, its evidence and its recovery; the same bytes each time', async () => {
    const args = ['--logs', writeInput(logsText(BAD_DEPLOY)), '--spans', writeInput(spansText(BAD_DEPLOY))];
    const report = await replay([...args, '--from', at(60)]);
    const [incident, ...others] = report.incidents;
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      lead: { service: 'inventory-service' },
      severity: 'P1',
      recoveredAt: expect.stringMatching(/^2026-11-20T18:(1[89]|2\d)/),
    });
    expect(incident?.services[0]).toBe('inventory-service');
    expect(incident?.services.toSorted()).toEqual(['gateway', 'inventory-service', 'order-service']);
    expect(incident && incident.openedAt >= at(70) && incident.openedAt <= at(73)).toBe(true);

    const lead = report.anomalies.find(
      ({ incident: of, service, signal }) => of === 1 && service === 'inventory-service' && signal === 'error_rate',
    );
    expect(lead).toMatchObject({ heldBy: null, unit: 'requests' });
    expect(lead?.firedAt).not.toBeNull();
    expect(lead?.evidence.query).toContain('FROM logs');
    expect(lead?.evidence.parameters['to']).toBe(lead?.window.to);
    expect(lead && lead.k / lead.n).toBeGreaterThan(2 * (lead?.baselineRate ?? 1));
    expect(report.ticks).toBe(62);

    expect(JSON.stringify(await replay([...args, '--from', at(60)]))).toBe(JSON.stringify(report));
  });

  it('is the same incident from gzip, from ECS names, from standard input, in pieces and out of order', async () => {
    const plain = outlineOf(await replay([...DURING, '--logs', writeInput(logsText(BAD_DEPLOY))]));
    expect(plain).toHaveLength(1);
    const zipped = gzipSync(logsText(BAD_DEPLOY, ecsLog), { level: 1 });
    expect(outlineOf(await replay([...DURING, '--logs', writeInput(zipped)]))).toEqual(plain);
    expect(outlineOf(await replay([...DURING, '--logs', '-'], { stdin: zipped }))).toEqual(plain);

    const half = Math.floor(BAD_DEPLOY.logs.length / 2);
    const [first, second] = [BAD_DEPLOY.logs.slice(0, half), BAD_DEPLOY.logs.slice(half)];
    const swapped = await replay([
      ...DURING,
      '--logs',
      writeInput(logsText({ logs: second, spans: [] })),
      '--logs',
      writeInput(logsText({ logs: first, spans: [] })),
    ]);
    expect(outlineOf(swapped)).toEqual(plain);
    expect(swapped.notes.join('\n')).toMatch(/lines are out of order, by up to \d+ min/);
  });

  it('is judged between --from and --to with the lines before as its baseline', async () => {
    const logs = writeInput(logsText(BAD_DEPLOY));
    const during = await replay(['--logs', logs, '--from', at(65), '--to', at(75)]);
    expect(during).toMatchObject({ ticks: 21, from: at(65), to: at(75) });
    expect(during.incidents).toMatchObject([{ number: 1, recoveredAt: null }]);
    expect(during.lines.leftOut).toBeGreaterThan(0);
    expect(during.notes.join('\n')).not.toContain('Learning');
    const before = await replay(['--logs', logs, '--from', at(60), '--to', at(69), '--step', '1min']);
    expect(before).toMatchObject({ ticks: 10, stepSeconds: 60, incidents: [] });
  });

  it('obeys the configuration', async () => {
    const logs = writeInput(logsText(BAD_DEPLOY));
    const nothingFails = 'detection: { failedExpression: message == "never" }';
    const blind = await replay([...DURING, '--logs', logs], { yaml: nothingFails });
    expect(blind.anomalies.filter(({ signal }) => signal === 'error_rate')).toEqual([]);
    const calls = 'services: { gateway: { calls: [order-service] }, order-service: { calls: [inventory-service] } }';
    const known = await replay([...DURING, '--logs', logs], { yaml: calls });
    expect(known.incidents).toMatchObject([{ lead: { service: 'inventory-service' } }]);
  });
});

describe('a healthy file', () => {
  const HEALTHY = shopDay({ startAt: EVENING, minutes: 40, seed: 12, load: LOAD });

  it('opens none, and a short one says that it was still learning', async () => {
    const report = await replay(['--logs', writeInput(logsText(HEALTHY))]);
    expect(report.incidents).toEqual([]);
    expect(report.notes[0]).toMatch(/^Learning: the lines span 40 min, a baseline needs 55 min/);
  });

  it('keeps what is good of it where lines are bad, and names the first of those', async () => {
    const lines = logsText(HEALTHY).split('\n');
    const bad = ['no json', '{"message":"who and when?"}', '', '{"@timestamp":"2026-11-20T17:00:00Z"}'];
    const path = writeInput([...bad, ...lines].join('\n'));
    const report = await replay(['--logs', path, '--step', '5min']);
    expect(report.lines).toEqual({
      read: HEALTHY.logs.length + 3,
      kept: HEALTHY.logs.length,
      leftOut: 0,
      refused: 3,
      refusals: [
        { file: path, line: 1, field: null, reason: 'the line is not a JSON object' },
        { file: path, line: 2, field: '@timestamp', reason: '@timestamp is missing' },
        { file: path, line: 4, field: 'service.name', reason: 'service.name is missing' },
      ],
    });
  });

  it('keeps what came before the end of a torn gzip file', async () => {
    const whole = gzipSync(logsText(HEALTHY));
    const report = await replay(['--logs', writeInput(whole.subarray(0, whole.length / 2)), '--step', '5min']);
    expect(report.notes[0]).toMatch(/in the middle of its gzip data/);
    expect(report.lines.kept).toBeGreaterThan(0);
    expect(report.lines.kept).toBeLessThan(HEALTHY.logs.length);
  });
});

describe('several days', () => {
  it('are one incident each where responders would have resolved it, and pauses between are told', async () => {
    const days = [0, 3].map((day) =>
      shopDay({
        startAt: new Date(EVENING.getTime() + day * 24 * 60 * MINUTE_MS),
        minutes: 75,
        fault: { name: 'bad-deploy', fromMinute: 62, toMinute: 66 },
        load: 0.2,
      }),
    );
    const logs = writeInput(days.map((day) => logsText(day)).join(''));
    const report = await replay(['--logs', logs, '--step', '1min']);
    expect(report.incidents.map(({ openedAt }) => openedAt.slice(0, 10))).toEqual(['2026-11-20', '2026-11-23']);
    expect(report.incidents[0]?.resolvedAt).not.toBeNull();
    expect(report.notes.join('\n')).toMatch(/No lines at all from 2026-11-20 18:15:00 to 2026-11-23 17:00:00 UTC/);
    expect(report.gaps.some(({ kind }) => kind === 'telemetry-silent')).toBe(true);
    // Two times 75 minutes, and the first 70 of the pause.
    expect(report.ticks).toBeLessThan(250);
    const unresolved = await replay(['--logs', logs, '--step', '1min', '--resolve-after', 'never']);
    expect(unresolved.incidents.map(({ resolvedAt }) => resolvedAt)).toEqual(unresolved.incidents.map(() => null));
  });
});

describe('input of no use', () => {
  const line = (fields: object): string => toNdjson([fields]);

  it.each([
    ['an empty file', '', /^There are no lines in /],
    [
      'a file without any JSON',
      'a\nb\n',
      /^None of the 2 lines of .* in line 1, the line is not a JSON object\. Each needs/,
    ],
    [
      'a file without times',
      line({ 'service.name': 'a', level: 'info' }),
      /@timestamp is missing\. Each needs at least/,
    ],
  ])('%s is refused in a sentence', async (_title, content, sentence) => {
    await expect(replay(['--logs', writeInput(content)])).rejects.toThrow(sentence);
  });

  it('is a file that is not there, a directory, or a time in which there is nothing', async () => {
    const directory = temporaryDirectory();
    await expect(replay(['--logs', `${directory}/gone`])).rejects.toThrow(
      'gone cannot be read: there is no such file.',
    );
    await expect(replay(['--logs', directory])).rejects.toThrow('cannot be read: it is a directory.');
    const path = writeInput(line({ '@timestamp': '2026-11-20T17:00:00Z', 'service.name': 'a' }));
    await expect(replay(['--logs', path, '--to', '2026-11-19'])).rejects.toThrow('between --from and --to');
    await expect(replay(['--logs', path, '--from', '2026-11-21'])).rejects.toThrow(
      'nothing to check between --from and --to',
    );
  });

  it('is not a single line with a clock of its own, far from the others', async () => {
    const others = toNdjson(
      Array.from({ length: 50 }, (_, index) => ({ '@timestamp': at(index / 10), 'service.name': 'a', duration_ms: 5 })),
    );
    const astray = line({ '@timestamp': '2099-01-01T00:00:00Z', 'service.name': 'a', duration_ms: 5 });
    const report = await replay(['--logs', writeInput(others + astray), '--step', '2min']);
    expect(report.ticks).toBeLessThan(200);
    expect(report.notes.join('\n')).toMatch(/No lines at all from 2026-11-20 17:05:00 to 2099-01-01 00:00:00 UTC/);
  });
});

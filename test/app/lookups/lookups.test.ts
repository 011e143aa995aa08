import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_QUERY_LIMITS, runQuery } from '#capabilities/log-query/index.ts';
import { HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import { seededRandom } from '#kernel/random.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { checkTelemetry } from '../../../src/app/check-telemetry.ts';
import { openTelemetry } from '../../../src/app/open-telemetry.ts';
import { FILE_SETTING_NAMES } from '../../../src/app/setting-names.ts';
import { temporaryDirectory } from '../../adapters/duckdb/temporary-directory.ts';
import { configOf } from '../../config/load.ts';
import { logOf, NOW } from '../../contracts/telemetry-store-questions.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';

const clock = { now: () => NOW };

let directory: string;
let owners: string;

beforeEach(async () => {
  directory = temporaryDirectory();
  owners = join(directory, 'owners.csv');
  await writeFile(owners, 'service.name,team\ncheckout,Shop\npayment,Money\norder,Shop\n');
});

const configured = (lookups: Readonly<Record<string, string>>) =>
  configOf(JSON.stringify({ dataDirectory: join(directory, 'data'), lookups }));

const open = async (lookups: Readonly<Record<string, string>>, use: (store: TelemetryStore) => Promise<void>) => {
  const endings: (() => Promise<void>)[] = [];
  const deps = {
    clock,
    random: seededRandom(1),
    logger: recordingLogger(),
    metrics: recordingMetrics(),
    settingNames: FILE_SETTING_NAMES,
  };
  try {
    const { telemetryStore } = await openTelemetry(deps, configured(lookups), (end) => endings.push(end));
    await use(telemetryStore);
  } finally {
    for (const end of endings) await end();
  }
};

const run = (telemetryStore: TelemetryStore, text: string) =>
  runQuery(
    { telemetryStore, clock, limits: DEFAULT_QUERY_LIMITS, keptMs: { logs: 24 * HOUR_MS, spans: 6 * HOUR_MS } },
    { text },
    { kind: 'person', id: 'U01ANN', surface: 'slack' },
  );

const rowsOf = async (store: TelemetryStore, text: string) => {
  const outcome = await run(store, text);
  return outcome.kind === 'answer' ? outcome.answer.rows : outcome;
};

const refusalOf = async (lookups: Readonly<Record<string, string>>): Promise<string> => {
  const opened = open(lookups, () => Promise.resolve());
  const fault: unknown = await opened.catch((error: unknown) => error);
  return fault instanceof AppError ? `${fault.code}: ${fault.userMessage}` : `no AppError: ${String(fault)}`;
};

const errorsOf = (...services: readonly string[]) =>
  services.map((service) => logOf({ service, level: 'error', timestampMs: NOW.getTime() - MINUTE_MS }));

const BY_TEAM =
  'FROM logs | WHERE level == "error" | LOOKUP JOIN owners ON service.name | STATS n = COUNT(*) BY team | SORT n DESC';

describe('a file that the configuration names', () => {
  it('is joined by a question in Slack', async () => {
    await open({ owners }, async (store) => {
      await store.append({ logs: errorsOf('checkout', 'checkout', 'order', 'payment', 'payment', 'gateway') });
      expect(await rowsOf(store, BY_TEAM)).toEqual([
        [3, 'Shop'],
        [2, 'Money'],
        [1, null],
      ]);
    });
  });

  it('is read anew at each start, and its table goes when it is named no more', async () => {
    const join_ = 'ROW `service.name` = "checkout" | LOOKUP JOIN owners ON service.name | KEEP team';
    const detections = {
      name: 'sentinel-thresholds',
      columns: [{ name: 'service.name', type: 'keyword' }],
      rows: [],
    } as const;
    await open({ owners }, async (store) => {
      await store.replaceLookup(detections);
      expect(await rowsOf(store, join_)).toEqual([['Shop']]);
    });
    await writeFile(owners, 'service.name,team,since:date\ncheckout,Cart,2026-01-01\n');
    await open({ owners }, async (store) => {
      expect(await rowsOf(store, join_.replace('team', 'team, since'))).toEqual([['Cart', '2026-01-01T00:00:00.000Z']]);
    });
    await open({}, async (store) => {
      expect([...store.schema()].flatMap(([name, { isLookup }]) => (isLookup ? [name] : []))).toEqual([
        detections.name,
      ]);
      expect(await run(store, join_)).toMatchObject({ kind: 'invalid' });
    });
  });

  it('may only be joined, and no refusal offers it to FROM', async () => {
    await open({ owners }, async (store) => {
      const messageOf = async (text: string) => JSON.stringify(await run(store, text));
      expect(await messageOf('FROM owners')).toContain(
        'Unknown index [owners]; it can only be joined by LOOKUP JOIN. There are logs, spans and metrics',
      );
      expect(await messageOf('FROM own*')).toContain('there are logs, spans and metrics');
      expect(await messageOf('FROM logs | LOOKUP JOIN owner ON service.name')).toContain('owners');
      expect(await messageOf('FROM logs | LOOKUP JOIN spans ON service.name')).toContain('[spans] is none');
      await store.append({ logs: errorsOf('checkout') });
      expect(await rowsOf(store, 'FROM * | STATS n = COUNT(*)')).toEqual([[1]]);
    });
  });

  it('keeps what each type holds', async () => {
    await writeFile(
      owners,
      'k,b:boolean,i:integer,l:long,u:unsigned_long,d:double,t:text,at:date,n:date_nanos,a:ip,v:version\n' +
        'x,true,-1,9007199254740993,18446744073709551615,1.5,"a, ""b""",2026-11-20,2026-11-20T10:00:00.123456789Z,2001:DB8::1,1.10.0\n' +
        'y,,,,,,,,,,\n',
    );
    const lookup = (key: string) =>
      `ROW k = "${key}" | LOOKUP JOIN owners ON k | EVAL newer = v > TO_VERSION("1.9.0"), near = CIDR_MATCH(a, "2001:db8::/32") | KEEP b, i, l, u, d, t, at, n, a, v, newer, near`;
    await open({ owners }, async (store) => {
      const outcome = await run(store, lookup('x'));
      expect(outcome).toMatchObject({
        answer: {
          columns: ['boolean', 'integer', 'long', 'unsigned_long', 'double', 'text', 'date', 'date_nanos', 'ip', 'version', 'boolean', 'boolean'].map((type) => ({ type })),
          rows: [
            [true, -1, 9007199254740993n, 18446744073709551615n, 1.5, 'a, "b"', '2026-11-20T00:00:00.000Z', '2026-11-20T10:00:00.123456789Z', '2001:db8::1', '1.10.0', true, true],
          ],
        },
      }); // prettier-ignore
      expect(await rowsOf(store, lookup('y'))).toEqual([Array.from({ length: 12 }, () => null)]);
    });
    await open({ owners }, async (store) => {
      expect(await rowsOf(store, 'ROW i = -1 | LOOKUP JOIN owners ON i | KEEP k')).toEqual([['x']]);
    });
  });
});

describe('a file that cannot be a table', () => {
  it('ends the start with each problem, by file, line and column, before anything is opened', async () => {
    await writeFile(owners, 'service.name,tier:integer\ncheckout,gold\npayment,1,2\n');
    const missing = join(directory, 'missing.csv');
    const refusal = await refusalOf({ owners, missing });
    expect(refusal).toMatch(/^configuration: The configuration has 3 problems; nothing was started\./);
    expect(refusal).toMatch(/owners\.csv:2, tier +"gold" +a whole number of 32 bits/);
    expect(refusal).toMatch(/owners\.csv:3 +3 values +2, as many as the header has/);
    expect(refusal).toMatch(/lookups\.missing +no file at ".*missing\.csv" +a readable file/);
    await rm(owners);
    expect(await refusalOf({ owners })).toContain('no file at');
  });

  it.each([
    ['a directory', () => mkdir(join(directory, 'odd.csv')), 'no file at'],
    ['no text', () => writeFile(join(directory, 'odd.csv'), Buffer.from([0xff, 0xfe, 0x61, 0])), 'no UTF-8 in'],
    ['too large', () => writeFile(join(directory, 'odd.csv'), `a\n${'x'.repeat(10_485_760)}`), '10485762 bytes in'],
  ])('is refused when it is %s', async (_, make, found) => {
    await make();
    expect(await refusalOf({ odd: join(directory, 'odd.csv') })).toContain(found);
  });

  it('is one too many where all tables together would take too much memory', async () => {
    const columns = 50;
    const header = Array.from({ length: columns }, (_, at) => `c${at}:integer`).join(',');
    const row = `\n${Array.from({ length: columns }, () => '1').join(',')}`;
    await writeFile(owners, header + row.repeat(30_000));
    const refusal = await refusalOf({ one: owners, two: owners });
    expect(refusal).toMatch(/lookups\.two +too much +at most 2,000,000 cells in all tables; no more were read/);
  });

  it('is what --check-config tells, and what there is otherwise', async () => {
    const check = (lookups: Readonly<Record<string, string>>) =>
      checkTelemetry({ random: seededRandom(1) }, configured(lookups));
    expect(await check({})).toBeNull();
    expect(await check({ owners })).toEqual({
      isUsable: true,
      text: 'Lookup tables:\nowners: rows 3, columns service.name, team',
    });
    await writeFile(owners, 'service.name,tier:integer\ncheckout,gold\n');
    const checked = await check({ owners });
    expect(checked?.isUsable).toBe(false);
    expect(checked?.text).toContain('owners.csv:2, tier');
  });
});

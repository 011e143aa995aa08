import { describe, expect, it } from 'vitest';
import { queryAnswerCard } from '#adapters/slack/cards/answer/query-answer-card.ts';
import type { QueryAnswer } from '#ports/telemetry-store.ts';
import { at } from '../../../../support/strict-slack/sample-incidents.ts';
import { outline } from '../outline.ts';

const NOW = at('02:18:30');

const ROLES = { growing: ['n'], computed: [], sortedBy: [], filteredBy: [], kept: [], changes: [] };

const card = (columns: string, rows: QueryAnswer['rows'], changes: object = {}) =>
  outline(
    queryAnswerCard(
      {
        kind: 'answer' as const,
        answer: { columns: columnsOf(columns), rows, warnings: [], isCut: false, tookMs: 183 },
        query: 'FROM logs',
        range: { from: at('01:18'), to: NOW },
        named: null,
        isDefaultRange: true,
        keys: [],
        counts: ['n'],
        roles: ROLES,
        readsTelemetry: true,
        searchedTime: { from: at('01:18'), to: NOW },
        kept: [],
        newest: [],
        hasSqlWildcards: false,
        matched: null,
        searched: { indices: ['logs'], rows: 1_204_331 },
        ...changes,
      },
      NOW,
    ),
  );

const columnsOf = (text: string): QueryAnswer['columns'] =>
  text.split(',').map((column) => {
    const [name = '', type = 'keyword'] = column.split(' ');
    return { name, type: type as 'keyword' };
  });

describe('the sentence above an answer', () => {
  it('has every digit of a whole number that a double cannot hold', () => {
    expect(card('a long', [[9_007_199_254_740_993n]])).toContain('9,007,199,254,740,993');
    const rows = [
      ['x', 9_223_372_036_854_775_807n],
      ['y', 5],
    ] as const;
    const most = card('who keyword,most unsigned_long', rows, { keys: ['who'] });
    expect(most).toContain('is highest: most 9,223,372,036,854,775,807');
  });

  it('has each digit before the point, four at least, and no line of zeros', () => {
    const values = [1_221_834.56, 12.34567, 0.000123456, 1.5e-12, 2.5e300, 1_234.5];
    const text = card(values.map((_, column) => `c${column} double`).join(','), [values]);
    for (const said of ['1,221,835', '12.35', '0.0001235', '1.5e-12', '2.5e+300', '1,235'])
      expect(text).toContain(said);
    expect(card('x double', [[-98_765.4]])).toContain('-98,765');
  });

  it('says of rows without a value what they are without', () => {
    const rows = [
      [861, null],
      [838, 'POST /charges'],
    ] as const;
    expect(card('n long,http.route', rows, { keys: ['http.route'] })).toContain(
      '*without http.route* has most: 861 of',
    );
  });

  it('is of a time series its peak and its last whole bucket, by the clock of the table', () => {
    const rows = [3, 2, 1, 0].map((row) => [row === 3 ? 317 : 2302 - row, `2026-11-21T02:1${5 + row}:00.000Z`]);
    const said = card('n long,time date', rows, { keys: ['time'] });
    expect(said).toContain('*peak 2,302 at 02:15 UTC*, 2,300 in the last whole minute\n');
    expect(said).toContain('time UTC');
  });

  it('tells what is no count of the newest bucket before it is over, and says so', () => {
    const p95 = (values: readonly number[]) =>
      card(
        'p95 double,time date',
        values.map((value, row) => [value, `2026-11-21T02:1${5 + row}:00.000Z`]),
        { keys: ['time'] },
      );
    expect(p95([350, 340, 350.1, 4442])).toContain(
      'p95: *peak 4,442 since 02:18 UTC, so far*; 350.1 in the last whole minute\n',
    );
    expect(p95([5000, 340, 350.1, 4442])).toContain('p95: *peak 5,000 at 02:15 UTC*, 4,442 since 02:18 UTC, so far\n');
  });

  it('is about the share that was computed, not about what it was computed from', () => {
    const roles = {
      growing: ['failed', 'n'],
      computed: ['percent'],
      sortedBy: [],
      filteredBy: [],
      kept: [],
      changes: [],
    };
    const rates = [2, 40].map((percent, row) => [percent, 100, percent, `2026-11-21T02:1${6 + row}:00.000Z`]);
    expect(card('failed long,n long,percent double,time date', rates, { keys: ['time'], roles })).toContain(
      '\n*peak 40 % at 02:17 UTC*, 40 % in the last whole minute\n',
    );
    const byService = [
      [3, 10, 30, 'auth'],
      [9, 90, 10, 'gateway'],
    ];
    const said = card('failed long,n long,percent double,service.name', byService, {
      keys: ['service.name'],
      roles: { ...roles, sortedBy: ['percent'] },
    });
    expect(said).toContain('*auth* is highest: 30 %\n');
  });

  it('does not call a bucket the last one that nothing came after', () => {
    const rows = [5, 7, 6].map((value, row) => [value, `2026-11-21T02:0${row}:00.000Z`]);
    expect(card('p95 double,time date', rows, { keys: ['time'] })).toContain(
      '*peak 7 at 02:01 UTC*, 6 at 02:02 UTC, the last\n',
    );
  });

  it('is of several lines about the largest, and says what was measured', () => {
    const rows = [0, 1].flatMap((row) => [
      [5 + row, `2026-11-21T02:1${row}:00.000Z`, 'gateway'],
      [1, `2026-11-21T02:1${row}:00.000Z`, 'auth'],
    ]);
    const said = card('p99 double,time date,service.name', rows, { keys: ['time', 'service.name'] });
    expect(said).toContain('gateway, p99: *peak 6 at 02:11 UTC*, 6 at 02:11 UTC, the last');
  });

  it('says nothing of time where none was searched', () => {
    const changes = { readsTelemetry: false, range: null, isDefaultRange: false, searched: null };
    expect(card('a long', [[1]], changes)).toContain('a *1*\n');
    expect(card('a long', [[1]], changes)).not.toMatch(/UTC|time|default/u);
  });

  it('names the numbers of an only row', () => {
    expect(card('failed long,n long,percent double', [[5752, 36241, 15.87]])).toContain(
      'failed *5,752*, n *36,241*, *15.87 %*\n',
    );
  });

  it('names who has most, and of how much where rows are counted', () => {
    const rows = [
      [6341, 'payment-service'],
      [12, 'gateway'],
    ];
    expect(card('n long,service.name', rows, { keys: ['service.name'] })).toContain(
      '*payment-service* has most: 6,341 of 6,353\n',
    );
    expect(card('p99 long,service.name', rows, { keys: ['service.name'] })).toContain(
      '*payment-service* is highest: p99 6,341\n',
    );
    expect(card('n long,service.name', rows.toReversed(), { keys: ['service.name'] })).toContain('*2 rows*');
  });

  it('says of a sum who has most, and of a measurement which is highest, with its unit', () => {
    const rows = [
      [4343, 'POST /orders'],
      [120, 'GET /orders'],
    ];
    const summed = { ...ROLES, growing: ['bytes'] };
    expect(card('bytes long,route', rows, { keys: ['route'], roles: summed })).toContain(
      '*POST /orders* has most: bytes 4,343\n',
    );
    expect(card('p95_ms double,route', rows, { keys: ['route'] })).toContain(
      '*POST /orders* is highest: p95 4,343 ms\n',
    );
  });

  it('is of the rows that were seen where there may be more, unless they are sorted by it', () => {
    const rows = [
      [4.8, 'payment-service'],
      [0.2, 'gateway'],
    ];
    const answer = {
      columns: columnsOf('error_percent double,service.name'),
      rows,
      warnings: [],
      isCut: true,
      tookMs: 1,
    };
    const said = (sortedBy: readonly string[]) =>
      card('', [], { answer, keys: ['service.name'], roles: { ...ROLES, sortedBy } });
    expect(said(['error_percent'])).toContain('*payment-service* is highest: error 4.8 %\n');
    expect(said([])).toContain('*payment-service* is highest: error 4.8 %, in the first 2 rows\n');
    expect(said([])).not.toContain('there may be more');
  });

  it('is of a change point what changed and when, and says so where nothing did', () => {
    const series = (kinds: readonly (readonly [string, number] | null)[], changes: object = {}) =>
      card(
        'n long,time date,what,p double',
        kinds.map((kind, row) => [row, `2026-11-21T02:1${row}:00.000Z`, kind?.[0] ?? null, kind?.[1] ?? null]),
        { keys: ['time'], roles: { ...ROLES, changes: [{ type: 'what', pvalue: 'p' }] }, ...changes },
      );
    expect(series([null, ['trend_change', 0.00123], null])).toContain('\n*trend_change* at 02:11 UTC, p = 0.0012\n');
    expect(series([['dip', 1e-9], null, ['spike', 0.004]])).toContain(
      '\n*dip* at 02:10 UTC, p under 0.001; *spike* at 02:12 UTC, p = 0.004\n',
    );
    expect(series([null, null])).toContain('\n*no change*\n');
    const answer = {
      columns: columnsOf('n long,time date,what,p double'),
      rows: [[1, '2026-11-21T02:10:00.000Z', null, null]],
      tookMs: 1,
    };
    const few = 'Line 1:9: not enough buckets to calculate change_point. Requires at least [22]; found [1]';
    expect(series([], { answer: { ...answer, warnings: [few], isCut: false } })).toContain(
      '*too few values to look for a change*',
    );
    expect(series([], { answer: { ...answer, warnings: [], isCut: true } })).not.toContain('no change');
  });

  it('tells that a change was looked for among the first values only', () => {
    const warnings = [
      'Line 1:13: evaluation of [CHANGE_POINT n ON t] failed, treating result as null. Only first 20 failures recorded.',
      'Line 1:13: java.lang.IllegalArgumentException: too many values; keeping only first 1000 values',
    ];
    const columns = columnsOf('n long,t date,type keyword,pvalue double');
    const rows = [[1, '2026-11-21T02:00:00.000Z', 'dip', 0.01]] as const;
    const answer = { columns, rows, warnings, isCut: false, tookMs: 1 };
    const roles = { ...ROLES, changes: [{ type: 'type', pvalue: 'pvalue' }] };
    const text = card('n long', [], { answer, roles });
    expect(text).toContain('p = 0.01 among the first 1,000 values');
    expect(text).toContain('*CHANGE_POINT looked at the first 1,000 values only*');
    expect(text).not.toContain('count as null');
  });

  it('names an only group and its number', () => {
    expect(card('n long,service.name', [[3347, 'payment-service']], { keys: ['service.name'] })).toContain(
      '*payment-service*: 3,347\n',
    );
    expect(card('p95_ms double,service.name', [[120.5, 'auth']], { keys: ['service.name'] })).toContain(
      '*auth*: p95 120.5 ms\n',
    );
    expect(card('n long,time date', [[5, '2026-11-21T02:00:00.000Z']], { keys: ['time'] })).toContain(
      '*02:00 UTC*: 5\n',
    );
  });

  it('says since when a count is of a bucket that is not over', () => {
    const rows = [
      [10_890, '2026-11-21T02:00:00.000Z'],
      [11_000, '2026-11-21T01:00:00.000Z'],
    ];
    expect(card('n long,time date', rows, { keys: ['time'] })).toContain(
      '*peak 11,000 at 01:00 UTC*, 10,890 since 02:00 UTC, so far\n',
    );
    const begun = [rows[0] ?? [], [32, '2026-11-21T01:00:00.000Z']];
    expect(card('n long,time date', begun, { keys: ['time'] })).toContain(
      '*peak 10,890 since 02:00 UTC, so far*; 32 from 01:18 UTC to 02:00 UTC\n',
    );
  });

  it('cuts a message at a word', () => {
    const rows = [
      [61, String.raw`.*?timed.+?out.+?waiting.+?for.+?connection.+?of.+?pool.+?primary.*?`],
      [5, '.*?started.*?'],
    ];
    expect(card('n long,CATEGORIZE(message)', rows, { keys: ['CATEGORIZE(message)'] })).toContain(
      '*timed out waiting for connection of…* has most: 61 of 66\n',
    );
  });

  it('shows messages of a kind in words', () => {
    const rows = [
      [61, String.raw`.*?timed.+?out.+?after.+?\(primary\).*?`],
      [5, '.*?started.*?'],
    ];
    const said = card('n long,pattern', rows, { keys: ['pattern'] });
    expect(said).toContain('61  timed out after (primary)\n');
    expect(said).toContain('of a pattern its words are shown, without the values between them');
    expect(card('n long,service.name', [[1, 'auth']], { keys: ['service.name'] })).not.toContain('of a pattern');
  });

  it('says of a count that there was nothing to be counted, and from when there is something', () => {
    const searchedTime = { from: at('00:00'), to: at('00:30') };
    const said = card('n long', [[0]], {
      range: searchedTime,
      searchedTime,
      searched: { indices: ['logs'], rows: 0 },
      newest: [{ index: 'logs', at: at('02:17:52'), oldestAt: at('01:02') }],
    });
    expect(said).toContain('*No logs are stored from ');
    expect(said).toMatch(/The oldest entry in logs is from .*01:02/u);
  });
});

import { describe, expect, it } from 'vitest';
import { queryAnswerCard } from '#adapters/slack/cards/answer/query-answer-card.ts';
import type { QueryAnswer } from '#ports/telemetry-store.ts';
import { at } from '../../../../support/strict-slack/sample-incidents.ts';
import { outline } from '../outline.ts';

const NOW = at('02:18:30');

const ROLES = { growing: ['n'], computed: [], sortedBy: [], filteredBy: [], kept: [] };

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
    expect(most).toContain('has most: most 9,223,372,036,854,775,807');
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
    const roles = { growing: ['failed', 'n'], computed: ['percent'], sortedBy: [], filteredBy: [], kept: [] };
    const rates = [2, 40].map((percent, row) => [percent, 100, percent, `2026-11-21T02:1${6 + row}:00.000Z`]);
    expect(card('failed long,n long,percent double,time date', rates, { keys: ['time'], roles })).toContain(
      'percent: *peak 40 at 02:17 UTC*, 40 in the last whole minute\n',
    );
    const byService = [
      [3, 10, 30, 'auth'],
      [9, 90, 10, 'gateway'],
    ];
    const said = card('failed long,n long,percent double,service.name', byService, {
      keys: ['service.name'],
      roles: { ...roles, sortedBy: ['percent'] },
    });
    expect(said).toContain('*auth* has most: percent 30\n');
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
      'failed *5,752*, n *36,241*, percent *15.87*\n',
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
      '*payment-service* has most: p99 6,341\n',
    );
    expect(card('n long,service.name', rows.toReversed(), { keys: ['service.name'] })).toContain('*2 rows*');
  });

  it('names an only group and its number', () => {
    expect(card('n long,service.name', [[3347, 'payment-service']], { keys: ['service.name'] })).toContain(
      '*payment-service*: 3,347\n',
    );
    expect(card('p95_ms double,service.name', [[120.5, 'auth']], { keys: ['service.name'] })).toContain(
      '*auth*: p95_ms 120.5\n',
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
    expect(card('n long,pattern', rows, { keys: ['pattern'] })).toContain('61  timed out after (primary)\n');
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeSymptom } from '#capabilities/incidents/index.ts';
import { clauseOf, isScored } from '#adapters/slack/cards/incident/anomaly-words.ts';
import { foldedMessage } from '#adapters/slack/cards/incident/folded-message.ts';
import { incidentCard } from '#adapters/slack/cards/incident/incident-card.ts';
import { incidentListCard } from '#adapters/slack/cards/incident/incident-list-card.ts';
import { resolveCard } from '#adapters/slack/cards/incident/outcome-cards.ts';
import { threadLines } from '#adapters/slack/cards/incident/thread-lines.ts';
import type { AnomalyView, IncidentView } from '#ports/incident-board.ts';
import { checkMessage } from '../../../../support/strict-slack/check-message.ts';
import {
  acknowledgedIncident,
  anomalyView,
  at,
  openIncident,
  recoveredIncident,
  RESPONDER,
  resolvedIncident,
  slowPayments,
  timelineEntry,
} from '../../../../support/strict-slack/sample-incidents.ts';
import { summary } from '../../app-fixture.ts';
import { outline } from '../outline.ts';

const NOW = at('02:24');

const matched: NonNullable<AnomalyView['matched']> = {
  words: [
    { word: 'ERROR', count: 9 },
    { word: 'Exception', count: 3 },
  ],
  lastLine: 'ERROR booking 4711 could not be written: connection to ledger-db refused',
  lastAt: at('02:20'),
  arrivedAt: at('02:21'),
};

const lines = (changes: Partial<AnomalyView> = {}): AnomalyView =>
  anomalyView({
    signal: 'log_match',
    severity: 'P3',
    worstSeverity: 'P3',
    score: 0,
    peakScore: 0,
    isPaging: false,
    k: 12,
    n: 12,
    baselineRate: 0,
    baselineBuckets: 0,
    unit: 'log lines',
    lastMinute: null,
    matched,
    ...changes,
  });

const one = {
  k: 1,
  n: 1,
  matched: { ...matched, words: [{ word: 'ERROR', count: 1 }], lastAt: at('02:13'), lastLine: 'ERROR x' },
};
const CALM = { since: at('02:20'), closesAt: at('02:41') };
const compact = { severity: 'P3', folded: [] } as const;

const STATES: Readonly<Record<string, IncidentView>> = {
  open: openIncident({ ...compact, lead: lines() }),
  'a single line': openIncident({ ...compact, lead: lines(one) }),
  'an empty line': openIncident({ ...compact, lead: lines({ matched: { ...matched, lastLine: '' } }) }),
  quiet: openIncident({ ...compact, lead: lines({ calm: CALM, isFailingNow: false }) }),
  acknowledged: acknowledgedIncident({ ...compact, lead: lines() }),
  recovered: recoveredIncident({ ...compact, lead: lines({ quietSince: at('02:20') }) }),
  resolved: resolvedIncident({ ...compact, lead: lines({ quietSince: at('02:20') }) }),
  'resolved while lines matched': resolvedIncident({ ...compact, recoveredAt: null, lead: lines() }),
  'leading, as somebody acknowledged it before it was raised': acknowledgedIncident({
    lead: lines(),
    folded: [anomalyView({ id: 'errors' }), slowPayments],
    raised: { at: at('02:22'), from: 'P3', to: 'P1', fromScore: 10, toScore: 10 },
  }),
  'folded in': openIncident({ folded: [lines({ id: 'lines', service: 'ledger' })] }),
};

describe('the card of lines that the filter found', () => {
  for (const [name, view] of Object.entries(STATES)) {
    it(`reads well and keeps the rules: ${name}`, () => {
      const message = incidentCard(view, { now: NOW, chart: null });
      expect(checkMessage(message)).toEqual([]);
      expect(outline(message)).toMatchSnapshot();
    });
  }

  it('never speaks of scores or bands', () => {
    for (const view of Object.values(STATES).filter(({ lead, folded }) => folded.length === 0 && lead.matched)) {
      const thread = threadLines(
        {
          ...view,
          timeline: [
            timelineEntry(1, '02:20', { kind: 'recovered', quietSince: at('02:20') }),
            timelineEntry(2, '02:22', { kind: 'failing-again' }),
            timelineEntry(3, '02:23', { kind: 'resolved', afterMs: 60_000, resolution: null, isStillFailing: true }),
          ],
        },
        NOW,
      );
      expect(thread.flatMap(({ message }) => checkMessage(message))).toEqual([]);
      const said = [incidentCard(view, { now: NOW, chart: null }), ...thread.map(({ message }) => message)].map(
        outline,
      );
      expect(said.join('\n')).not.toMatch(/\bz\b|band|windows of|% /u);
    }
  });

  it('is told in the thread with its newest line where it folds in', () => {
    const folded = lines({ id: 'lines', service: 'ledger', onsetAt: at('02:14') });
    const message = foldedMessage(
      openIncident({ folded: [folded] }),
      folded,
      { kind: 'calls', path: ['ledger', 'payment-service'] },
      NOW,
    );
    expect(checkMessage(message)).toEqual([]);
    expect(outline(message)).toMatchSnapshot();
  });

  it('is one phrase in lists', () => {
    const symptom = describeSymptom(lines());
    expect(symptom.replaceAll('\u00a0', ' ')).toBe('12 lines matched ERROR, Exception');
    expect(describeSymptom(lines({ quietSince: at('02:20') }))).toContain('the last at 02:20');
    const card = incidentListCard(
      { incidents: [summary({ symptom, signal: 'log_match', severity: 'P3' })], total: 1 },
      NOW,
    );
    expect(outline(card)).toContain('P3 payment-service: 12 lines matched ERROR, Exception ·');
  });

  it('is told without a score among what no incident tracks', () => {
    const clause = clauseOf(lines(), NOW);
    expect(clause).toContain('payment-service: 12 lines matched ERROR (9) and Exception (3) since ');
    expect(clauseOf(lines({ calm: CALM }), NOW)).toContain('payment-service: no line matched since 02:20');
    expect(isScored('log_match')).toBe(false);
  });

  it('warns whoever resolves it while lines match', () => {
    const incident = summary({ signal: 'log_match', severity: 'P3' });
    const card = resolveCard(
      { kind: 'resolved', incident, isStillFailing: true },
      { actor: RESPONDER, now: NOW, isSeenOnCard: true },
    );
    expect(card && outline(card)).toContain('a line of payment-service matched in the last minute');
  });

  it('keeps every limit and mentions nobody, whatever the line, the service and the words hold', () => {
    const hostile = fc.oneof(
      fc.string({ maxLength: 400, unit: 'binary' }),
      fc.constantFrom(
        '<!channel> <@U0EVIL> <https://evil.example|click>',
        '```\n*bold* <!here>\n```',
        '\u001b[31mERROR\u001b[0m \u202e\u2066 \0 \ud800',
        `${'`'.repeat(299)}`,
        '&lt;!everyone&gt; &amp;',
        '"} | STATS x = COUNT(*) | DROP "',
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (lastLine, service, word) => {
        const lead = lines({ service, matched: { ...matched, lastLine, words: [{ word, count: 12 }] } });
        const folded = { ...lead, id: 'lines' };
        const messages = [
          ...[openIncident, recoveredIncident, resolvedIncident].map((make) =>
            incidentCard(make({ ...compact, lead }), { now: NOW, chart: null }),
          ),
          foldedMessage(openIncident({ folded: [folded] }), folded, { kind: 'same-service', path: [service] }, NOW),
        ];
        for (const message of messages) {
          // Somebody's log lines may hold any emoji.
          expect(checkMessage(message).filter((problem) => !problem.includes('emoji'))).toEqual([]);
          expect(JSON.stringify(message.blocks)).not.toMatch(/<!(?!date)|<@U0EVIL|<http|\\u001b|\u202e|\\u0000/u);
        }
      }),
      { numRuns: 300 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { contentHash, isSameState, plainHash, stateOf } from '#adapters/slack/content-hash.ts';
import { SENTINEL } from '#kernel/actor.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import { acknowledgedIncident, anomalyView, at, openIncident } from '../../support/strict-slack/sample-incidents.ts';

const ANN = { kind: 'person', id: 'U01ANN', surface: 'slack' } as const;
const BEN = { kind: 'person', id: 'U02BEN', surface: 'slack' } as const;
const message = { text: 'x', blocks: [] };
const hashOf = (view: IncidentView, chart: string | null = null, said = message): string =>
  contentHash(stateOf(view, chart), said);

const raised = { from: 'P2', to: 'P1', fromScore: 4, toScore: 10 } as const;
const BASE = acknowledgedIncident({
  resolved: { by: ANN, at: at('02:40'), resolution: 'restart' },
  reopened: { by: ANN, at: at('02:41'), afterMs: 1000 },
  raised: { at: at('02:19'), ...raised },
  folded: [anomalyView({ id: 'a' }), anomalyView({ id: 'b' })],
});

describe('what makes a card another one', () => {
  const changes: Readonly<Record<string, Partial<IncidentView>>> = {
    'its state': { state: 'open' },
    'its severity': { severity: 'P3' },
    'who acknowledged it': { acknowledged: { by: BEN, at: BASE.acknowledged?.at ?? at('02:17') } },
    'that nobody has acknowledged it': { acknowledged: null },
    'who resolved it': { resolved: { by: SENTINEL, at: at('02:40'), resolution: 'restart' } },
    'what fixed it': { resolved: { by: ANN, at: at('02:40'), resolution: 'rollback' } },
    'its recovery': { recoveredAt: at('02:32') },
    'that nothing is seen of it': { noDataSince: at('02:33') },
    'a reopening': { reopened: { by: ANN, at: at('02:45'), afterMs: 1000 } },
    'a rise of its severity': { raised: { at: at('02:20'), ...raised } },
    'who is on it': { responders: [BEN] },
    'the service that leads': { lead: { ...BASE.lead, service: 'order-service' } },
    'the signal that leads': { lead: { ...BASE.lead, signal: 'latency' } },
    'what is folded in': { folded: BASE.folded.slice(1) },
    'the incident before it': { previousIncident: 7 },
    'the incident of the same cause': { possiblySameAs: 8 },
  };
  it.each(Object.entries(changes))('is %s', (_what, change) => {
    expect(isSameState(hashOf(BASE), hashOf({ ...BASE, ...change }))).toBe(false);
  });

  it('is its picture', () => {
    expect(isSameState(hashOf(BASE, 'F1'), hashOf(BASE, 'F2'))).toBe(false);
    expect(isSameState(hashOf(BASE, null), hashOf(BASE, 'F2'))).toBe(false);
  });

  it('is no number, no order of what is folded in, and nothing that it does not say', () => {
    const other = {
      ...BASE,
      lead: { ...BASE.lead, k: 1, n: 2, peakScore: 3, lastTickAt: at('03:00') },
      folded: BASE.folded.toReversed(),
      gaps: ['x'],
      timeline: [],
    };
    expect(hashOf(other)).toBe(hashOf(BASE));
  });
});

describe('the numbers of a card', () => {
  it('make another hash of the same state', () => {
    const [one, two] = [hashOf(openIncident()), hashOf(openIncident(), null, { ...message, text: 'y' })];
    expect(one).not.toBe(two);
    expect(isSameState(one, two)).toBe(true);
    expect(plainHash(message)).not.toBe(plainHash({ ...message, text: 'y' }));
  });
});

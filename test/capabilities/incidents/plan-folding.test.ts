import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLead } from '#capabilities/incidents/choose-lead.ts';
import type { Episode } from '#capabilities/incidents/episode.ts';
import { foldReason } from '#capabilities/incidents/fold-reason.ts';
import type { FoldableIncident } from '#capabilities/incidents/fold-draft.ts';
import { type FoldingInput, planFolding } from '#capabilities/incidents/plan-folding.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { episode, graphOf, minutes, seconds } from './support.ts';

const CHAIN = graphOf(['gateway>order', 'order>payment']);
const SIBLINGS = graphOf(['gateway>catalog', 'gateway>payment']);

const plan = (input: Partial<FoldingInput>) =>
  planFolding({ at: minutes(2), cooldownMs: 30 * MINUTE_MS, incidents: [], unattached: [], graph: CHAIN, ...input });

const incident = (
  number: number,
  members: readonly Episode[],
  changes: Partial<FoldableIncident> = {},
): FoldableIncident => ({
  id: `incident-${number}`,
  number,
  state: 'open',
  leadId: members[0]?.id ?? '',
  resolvedAt: null,
  recoveredAt: null,
  members,
  keys: new Set(members.map((member) => member.key)),
  ...changes,
});

const inEveryOrder = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  items.length <= 1
    ? [items]
    : items.flatMap((item) => inEveryOrder(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));

describe('folding and lead', () => {
  it('opens one incident led by payment for a chain seen in one tick, in whatever order', () => {
    for (const unattached of inEveryOrder([episode('gateway', 40), episode('order', 20), episode('payment', 0)])) {
      const { openings, folds } = plan({ unattached });
      expect(folds).toEqual([]);
      expect(openings).toHaveLength(1);
      expect(openings[0]?.lead.service).toBe('payment');
      expect(openings[0]?.members.map(({ episode: { service }, reason }) => [service, reason])).toEqual([
        ['payment', null],
        ['order', { kind: 'calls', path: ['order', 'payment'] }],
        ['gateway', { kind: 'calls', path: ['gateway', 'order', 'payment'] }],
      ]);
    }
  });

  it('folds a chain seen one by one into one incident led by payment as soon as it is connected', () => {
    for (const order of inEveryOrder([episode('gateway', 40), episode('order', 20), episode('payment', 0)])) {
      const members = [order[0] as Episode];
      for (const next of order.slice(1)) {
        const { folds, openings } = plan({ incidents: [incident(1, members)], unattached: [next] });
        // gateway and payment are linked only once order fails too.
        const isLinked = next.service === 'order' || members.some((member) => member.service === 'order');
        expect(folds.map((fold) => fold.incidentId)).toEqual(isLinked ? ['incident-1'] : []);
        expect(openings).toHaveLength(isLinked ? 0 : 1);
        if (isLinked) members.push(next);
      }
      if (members.length === 3) expect(chooseLead(members, CHAIN).service).toBe('payment');
    }
  });

  it('does not blame a service that nobody calls any more for the failures of its caller', () => {
    const silent = (onsetSeconds: number) => episode('payment', onsetSeconds, { signal: 'silence', k: 0 });
    const leadOf = (...members: readonly Episode[]) => chooseLead(members, CHAIN).service;
    expect(leadOf(episode('order', 0), silent(150), episode('gateway', 10))).toBe('order');
    expect(leadOf(episode('order', 20), silent(0), episode('gateway', 40))).toBe('payment');
    // Its last row may be a little younger than the first failure that its end caused.
    expect(leadOf(episode('order', 0), silent(45))).toBe('payment');
    expect(leadOf(silent(150), episode('payment', 100), episode('order', 0))).toBe('payment');
  });

  it('opens two incidents for siblings whose common caller is healthy', () => {
    const { openings } = plan({ graph: SIBLINGS, unattached: [episode('catalog', 0), episode('payment', 0)] });
    expect(openings.map((opening) => opening.lead.service)).toEqual(['catalog', 'payment']);
  });

  it('folds a caller that fails later into the earlier of two, and says that the later may be the same', () => {
    const { folds, likenesses, openings } = plan({
      graph: SIBLINGS,
      incidents: [incident(1, [episode('catalog', 0)]), incident(2, [episode('payment', 0)])],
      unattached: [episode('gateway', 60)],
    });
    expect(openings).toEqual([]);
    expect(folds).toMatchObject([
      { incidentId: 'incident-1', reason: { kind: 'calls', path: ['gateway', 'catalog'] } },
    ]);
    expect(likenesses).toEqual([{ incidentId: 'incident-2', asIncidentId: 'incident-1' }]);
  });

  it('opens a new incident for what begins 25 min after the only onset, though connected', () => {
    const graph = graphOf(['payment>inventory']);
    const input = { graph, incidents: [incident(1, [episode('payment', 0)])], at: minutes(26) };
    expect(plan({ ...input, unattached: [episode('inventory', 25 * 60)] }).openings).toHaveLength(1);
    expect(plan({ ...input, unattached: [episode('inventory', 10 * 60)] }).folds).toHaveLength(1);
  });

  it('folds along a chain of onsets, but not beyond 30 min of the first', () => {
    const graph = graphOf(['a>b', 'b>c', 'c>d', 'd>e']);
    const members = [episode('a', 0), episode('b', 600), episode('c', 1200), episode('d', 1800)];
    const within = plan({ graph, incidents: [incident(1, members.slice(0, 3))], unattached: [episode('d', 1800)] });
    expect(within.folds).toHaveLength(1);
    const beyond = plan({ graph, incidents: [incident(1, members)], unattached: [episode('e', 1801)] });
    expect(beyond.folds).toEqual([]);
    expect(beyond.openings).toHaveLength(1);
  });

  it('links order and bank through payment, which has no telemetry, into one incident led by bank', () => {
    const graph = graphOf(['order>payment', 'payment>bank'], ['payment']);
    const { openings } = plan({ graph, unattached: [episode('order', 0), episode('bank', 15)] });
    expect(openings).toHaveLength(1);
    expect(openings[0]?.lead.service).toBe('bank');
    expect(openings[0]?.members[1]?.reason).toEqual({ kind: 'calls', path: ['order', 'payment', 'bank'] });
  });

  it('does not link two services through a healthy one', () => {
    const graph = graphOf(['order>payment', 'payment>bank']);
    expect(plan({ graph, unattached: [episode('order', 0), episode('bank', 15)] }).openings).toHaveLength(2);
  });

  it('does not link siblings through a caller whose anomaly is too small to mean something', () => {
    const noise = episode('gateway', 0, { isSubstantial: false, canOpen: false, severity: 'P4' });
    const { openings, folds } = plan({
      graph: SIBLINGS,
      unattached: [episode('catalog', 0), episode('payment', 0), noise],
    });
    expect(openings).toHaveLength(2);
    expect(folds).toEqual([]);
    expect(openings.flatMap((opening) => opening.members.map((member) => member.episode.service))).not.toContain(
      'gateway',
    );
  });

  it('folds a P3 that is large enough and leaves one that is not', () => {
    const incidents = [incident(1, [episode('payment', 0)])];
    const large = episode('order', 30, { severity: 'P3', canOpen: false });
    expect(plan({ incidents, unattached: [large] }).folds).toHaveLength(1);
    const tiny = episode('order', 30, { severity: 'P3', canOpen: false, isSubstantial: false });
    expect(plan({ incidents, unattached: [tiny] })).toEqual({
      folds: [],
      openings: [],
      reopenings: [],
      likenesses: [],
    });
  });

  it('says "linked" where the direction is unknown, and "called by" where the folded one is called', () => {
    const incidents = [incident(1, [episode('payment', 0)])];
    const reasonOf = (graph: FoldingInput['graph']) =>
      plan({ graph, incidents, unattached: [episode('order', 30)] }).folds[0]?.reason;
    expect(reasonOf(graphOf(['order-payment']))).toEqual({ kind: 'linked', path: ['order', 'payment'] });
    expect(reasonOf(graphOf(['payment>order']))).toEqual({ kind: 'called-by', path: ['order', 'payment'] });
  });

  it('folds another signal of the same service, however late, while the incident is not recovered', () => {
    const latency = episode('payment', 40 * 60, { signal: 'latency' });
    const incidents = [incident(1, [episode('payment', 0)])];
    expect(plan({ incidents, unattached: [latency] }).folds).toMatchObject([
      { reason: { kind: 'same-service', path: ['payment'] } },
    ]);
    const recovered = [incident(1, [episode('payment', 0, { quietSince: minutes(9) })], { recoveredAt: minutes(9) })];
    expect(plan({ incidents: recovered, unattached: [latency] }).openings).toHaveLength(1);
  });

  it('does not fold into a resolved incident', () => {
    const resolved = incident(1, [episode('payment', 0)], { state: 'resolved', resolvedAt: minutes(3) });
    const { folds, openings } = plan({ at: minutes(4), incidents: [resolved], unattached: [episode('order', 90)] });
    expect(folds).toEqual([]);
    expect(openings).toHaveLength(1);
  });

  it('leads by the earliest onset, then by failed requests, where calls do not decide', () => {
    const graph = graphOf(['a-b']);
    expect(chooseLead([episode('a', 5), episode('b', 0)], graph).service).toBe('b');
    expect(chooseLead([episode('a', 0, { k: 5 }), episode('b', 0, { k: 9 })], graph).service).toBe('b');
    const circle = graphOf(['a>b', 'b>a']);
    expect(chooseLead([episode('a', 0), episode('b', 5)], circle).service).toBe('a');
  });

  it('leads by what failed where one service fails and is slow of the same onset', () => {
    const slow = episode('payment', 0, { signal: 'latency', key: 'payment:latency', k: 900 });
    const failing = episode('payment', 25, { k: 40 });
    expect(chooseLead([slow, failing], CHAIN)).toBe(failing);
    expect(chooseLead([slow, episode('payment', 25, { isSubstantial: false, worstSeverity: 'P3' })], CHAIN)).toBe(slow);
    expect(chooseLead([slow, episode('payment', 120)], CHAIN)).toBe(slow);
    const recovering = [
      { ...slow, severity: null },
      { ...failing, severity: null, isSubstantial: false },
    ];
    expect(chooseLead(recovering, CHAIN)).toBe(recovering[1]);
    const small = episode('payment', 25, { worstSeverity: 'P3', severity: null });
    expect(chooseLead([slow, small], CHAIN)).toBe(slow);
  });

  it('tells of each signal of a service how the service is connected with the lead', () => {
    const joined = { leadService: 'payment', services: new Set(['payment', 'order']) };
    const because = (service: string) => foldReason(CHAIN, service, joined, () => false);
    expect(because('order')).toEqual({ kind: 'calls', path: ['order', 'payment'] });
    expect(because('payment')).toEqual({ kind: 'same-service', path: ['payment'] });
    expect(because('gateway')).toEqual({ kind: 'calls', path: ['gateway', 'order', 'payment'] });
    expect(foldReason(graphOf([]), 'order', joined, () => false)).toEqual({ kind: 'same-service', path: ['order'] });
    expect(because('catalog')).toBeNull();
  });

  it('leads by the newest episode of a signal, and not by what was over before the latest wave', () => {
    const first = episode('payment', 0, { quietSince: minutes(5) });
    const again = episode('payment', 600);
    expect(chooseLead([first, again], CHAIN)).toBe(again);
    expect(chooseLead([first, episode('gateway', 600)], CHAIN).service).toBe('gateway');
    expect(chooseLead([first, episode('order', 20)], CHAIN).service).toBe('payment');
  });
});

describe('a storm', () => {
  const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const name = fc.constantFrom(...NAMES);
  const storm = fc.record({
    calls: fc.array(fc.tuple(name, name), { maxLength: 10 }),
    unseen: fc.uniqueArray(name, { maxLength: 2 }),
    open: fc.uniqueArray(fc.tuple(name, fc.integer({ min: 0, max: 900 })), {
      selector: ([service]) => service,
      maxLength: 3,
    }),
    waiting: fc.uniqueArray(
      fc.record({ name, onset: fc.integer({ min: 0, max: 2400 }), canOpen: fc.boolean(), isSubstantial: fc.boolean() }),
      {
        selector: (each) => each.name,
      },
    ),
  });

  it('gives the same plan whatever the order, and loses no anomaly that may open an incident', () => {
    fc.assert(
      fc.property(storm, fc.infiniteStream(fc.nat()), ({ calls, unseen, open, waiting }, keys) => {
        const graph = graphOf(
          calls.filter(([from, to]) => from !== to).map(([from, to]) => `${from}>${to}`),
          unseen,
        );
        const incidents = open.map(([service, onset], at) => incident(at + 1, [episode(service, onset)]));
        const unattached = waiting
          .filter((each) => !open.some(([service]) => service === each.name))
          .map(({ name: service, onset, canOpen, isSubstantial }) =>
            episode(service, onset, { canOpen, isSubstantial }),
          );
        const planned = plan({ graph, incidents, unattached, at: minutes(45) });
        const shuffled = unattached
          .map((each) => ({ each, rank: keys.next().value ?? 0 }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ each }) => each);
        expect(plan({ graph, incidents: incidents.toReversed(), unattached: shuffled, at: minutes(45) })).toEqual(
          planned,
        );

        const placed = [
          ...planned.folds.map((fold) => fold.episode.id),
          ...planned.openings.flatMap((opening) => opening.members.map((member) => member.episode.id)),
        ];
        expect(new Set(placed).size).toBe(placed.length);
        for (const each of unattached) if (each.canOpen) expect(placed).toContain(each.id);
        for (const opening of planned.openings)
          expect(opening.members[0]).toEqual({ episode: opening.lead, reason: null });
      }),
    );
  });
});

describe('firing again', () => {
  const quiet = episode('payment', 0, { quietSince: minutes(9) });
  const again = episode('payment', 20 * 60);

  it('takes a re-fire into the open incident that tracks the signal', () => {
    const incidents = [incident(1, [quiet], { recoveredAt: minutes(9) })];
    expect(plan({ at: minutes(21), incidents, unattached: [again] }).folds).toMatchObject([
      { incidentId: 'incident-1', reason: { kind: 're-fired', path: ['payment'] } },
    ]);
  });

  it('does not take back a recovery for a finding too small to open an incident', () => {
    const incidents = [incident(1, [quiet], { recoveredAt: minutes(9) })];
    const tiny = episode('payment', 20 * 60, { canOpen: false, severity: 'P4' });
    expect(plan({ at: minutes(21), incidents, unattached: [tiny] }).folds).toEqual([]);
  });

  it('reopens within the cooldown after a resolve, and not after it', () => {
    const resolved = (at: number) => [incident(1, [quiet], { state: 'resolved', resolvedAt: minutes(at) })];
    const within = plan({ at: minutes(30), incidents: resolved(1), unattached: [again] });
    expect(within.reopenings).toEqual([{ incidentId: 'incident-1', reason: 'fired-again' }]);
    expect(within.folds).toMatchObject([{ incidentId: 'incident-1', reason: { kind: 're-fired' } }]);
    expect(within.openings).toEqual([]);
    const after = plan({ at: minutes(31), incidents: resolved(1), unattached: [again] });
    expect(after.reopenings).toEqual([]);
    expect(after.openings).toHaveLength(1);
  });

  it('reopens what still fails two minutes after the resolve, and waits until then', () => {
    const resolved = [incident(1, [episode('payment', 0)], { state: 'resolved', resolvedAt: seconds(600) })];
    expect(plan({ at: seconds(719), incidents: resolved }).reopenings).toEqual([]);
    expect(plan({ at: seconds(720), incidents: resolved }).reopenings).toEqual([
      { incidentId: 'incident-1', reason: 'still-failing' },
    ]);
  });

  it('does not reopen for what has stopped failing or is too small', () => {
    for (const changes of [{ isFailingNow: false }, { canOpen: false }]) {
      const resolved = [incident(1, [episode('payment', 0, changes)], { state: 'resolved', resolvedAt: seconds(600) })];
      expect(plan({ at: minutes(15), incidents: resolved }).reopenings).toEqual([]);
    }
  });

  it('leaves a signal with the open incident that tracks it when another one is reopened', () => {
    const quietOrder = episode('order', 10, { quietSince: minutes(9) });
    const { folds, reopenings } = plan({
      at: minutes(21),
      incidents: [
        incident(1, [quiet, quietOrder], { state: 'resolved', resolvedAt: minutes(12) }),
        incident(2, [episode('order', 700, { quietSince: minutes(19) })], { recoveredAt: minutes(19) }),
      ],
      unattached: [again, episode('order', 20 * 60 + 10)],
    });
    expect(reopenings).toEqual([{ incidentId: 'incident-1', reason: 'fired-again' }]);
    expect(folds.map((fold) => [fold.episode.service, fold.incidentId])).toEqual([
      ['payment', 'incident-1'],
      ['order', 'incident-2'],
    ]);
  });
});

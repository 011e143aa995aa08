import type { CallGraph } from '#capabilities/topology/index.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { FoldReason } from '#ports/incident-board.ts';
import { chooseLead } from './choose-lead.ts';
import type { Episode } from './episode.ts';
import {
  draftOf,
  type FoldableIncident,
  type FoldDraft,
  foldsInto,
  newDraft,
  reachOf,
  reasonToFold,
  servicesOf,
  type Surroundings,
  takesIn,
  tracks,
} from './fold-draft.ts';
import { foldReason } from './fold-reason.ts';

export interface FoldingInput {
  readonly at: Date;
  readonly cooldownMs: number;
  /** Unresolved ones, and those resolved lately. */
  readonly incidents: readonly FoldableIncident[];
  /** Anomalies that last and belong to no incident. */
  readonly unattached: readonly Episode[];
  readonly graph: CallGraph;
}

export interface FoldingPlan {
  readonly reopenings: readonly { readonly incidentId: string; readonly reason: 'fired-again' | 'still-failing' }[];
  readonly folds: readonly { readonly incidentId: string; readonly episode: Episode; readonly reason: FoldReason }[];
  /** Each opens one incident; the lead comes first and its reason is null. */
  readonly openings: readonly {
    readonly lead: Episode;
    readonly members: readonly { readonly episode: Episode; readonly reason: FoldReason | null }[];
  }[];
  /** Open incidents that turned out to be connected with an earlier one. */
  readonly likenesses: readonly { readonly incidentId: string; readonly asIncidentId: string }[];
}

const STILL_FAILING_AFTER_MS = 2 * MINUTE_MS;

/**
 * Decides for each anomaly without an incident whether it reopens one, folds into one, opens one or
 * waits. A pure function: the same input in any order gives the same plan.
 */
export const planFolding = (input: FoldingInput): FoldingPlan => {
  const drafts = input.incidents.toSorted((a, b) => a.number - b.number).map(draftOf);
  const plan: MutablePlan = { reopenings: [], folds: [], likenesses: [], openings: [] };
  const waiting = new Set(input.unattached.toSorted(inOrderOfOnset));

  reopenWhatStillFails(plan, drafts, input);
  followKeys(plan, drafts, waiting, input);
  const isAnomalous = anomalousServices(drafts, waiting);
  for (const episode of waiting) {
    if (drafts.some((draft) => tracks(draft, episode.key))) waiting.delete(episode);
  }

  const surroundings = { graph: input.graph, isAnomalous };
  foldWaiting(plan, drafts, waiting, surroundings);
  for (const first of waiting) {
    if (!first.canOpen) continue;
    waiting.delete(first);
    const draft = newDraft(first);
    foldWaiting(plan, [draft], waiting, surroundings);
    plan.openings.push(openingOf(draft, surroundings));
  }
  return plan;
};

type Mutable<T> = T extends readonly (infer U)[] ? U[] : never;
type MutablePlan = { readonly [K in keyof FoldingPlan]: Mutable<FoldingPlan[K]> };

const inOrderOfOnset = (a: Episode, b: Episode): number =>
  a.onsetAt.getTime() - b.onsetAt.getTime() || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

const isCoolingDown = (draft: FoldDraft, { at, cooldownMs }: FoldingInput): boolean =>
  !draft.isOpen && draft.resolvedAt !== null && at.getTime() - draft.resolvedAt.getTime() < cooldownMs;

const reopen = (
  plan: MutablePlan,
  drafts: readonly FoldDraft[],
  draft: FoldDraft,
  reason: 'fired-again' | 'still-failing',
): void => {
  // Signals that another open incident tracks by now stay with that one.
  draft.keys = new Set([...draft.keys].filter((key) => !drafts.some((other) => tracks(other, key))));
  draft.isOpen = true;
  draft.isRecovered = false;
  if (draft.id !== null) plan.reopenings.push({ incidentId: draft.id, reason });
};

const attach = (
  plan: MutablePlan,
  draft: FoldDraft,
  waiting: Set<Episode>,
  episode: Episode,
  reason: FoldReason,
): void => {
  draft.members.push(episode);
  waiting.delete(episode);
  if (draft.id !== null) plan.folds.push({ incidentId: draft.id, episode, reason });
};

const reopenWhatStillFails = (plan: MutablePlan, drafts: readonly FoldDraft[], input: FoldingInput): void => {
  for (const draft of drafts) {
    if (!isCoolingDown(draft, input) || draft.resolvedAt === null) continue;
    const isDue = input.at.getTime() - draft.resolvedAt.getTime() >= STILL_FAILING_AFTER_MS;
    if (isDue && draft.members.some((episode) => episode.isFailingNow && episode.canOpen)) {
      reopen(plan, drafts, draft, 'still-failing');
    }
  }
};

/** A signal that fires again belongs to the incident that tracks it, or that was resolved just now. */
const followKeys = (
  plan: MutablePlan,
  drafts: readonly FoldDraft[],
  waiting: Set<Episode>,
  input: FoldingInput,
): void => {
  for (const episode of waiting) {
    const reFired: FoldReason = { kind: 're-fired', path: [episode.service] };
    const tracking = drafts.find((draft) => tracks(draft, episode.key));
    if (tracking) {
      if (takesIn(tracking, episode)) attach(plan, tracking, waiting, episode, reFired);
      continue;
    }
    const cooling = drafts.findLast((draft) => draft.keys.has(episode.key) && isCoolingDown(draft, input));
    if (!cooling || !episode.canOpen) continue;
    reopen(plan, drafts, cooling, 'fired-again');
    attach(plan, cooling, waiting, episode, reFired);
  }
};

/** What is too small to mean something links nobody, nor do lines that nobody judged. */
const anomalousServices = (
  drafts: readonly FoldDraft[],
  waiting: ReadonlySet<Episode>,
): ((service: string) => boolean) => {
  const episodes = [...drafts.flatMap((draft) => draft.members), ...waiting];
  const telling = episodes.filter((episode) => episode.isSubstantial && episode.signal !== 'log_match');
  const services = new Set(telling.map((episode) => episode.service));
  return (service) => services.has(service);
};

/** Each fold widens what a draft reaches, so drafts that grew are looked at again until none grows. */
const foldWaiting = (
  plan: MutablePlan,
  drafts: readonly FoldDraft[],
  waiting: Set<Episode>,
  surroundings: Surroundings,
): void => {
  let grown: readonly FoldDraft[] = drafts.filter((draft) => draft.isOpen);
  while (grown.length > 0 && waiting.size > 0) {
    const reaches = new Map(grown.map((draft) => [draft, reachOf(draft, surroundings)]));
    const growing = new Set<FoldDraft>();
    for (const episode of waiting) {
      const [earliest, ...later] = grown.filter((draft) => foldsInto(draft, reaches.get(draft) ?? NOWHERE, episode));
      if (!earliest) continue;
      attach(plan, earliest, waiting, episode, reasonToFold(earliest, episode, surroundings));
      growing.add(earliest);
      for (const { id } of later) {
        if (id !== null && earliest.id !== null) plan.likenesses.push({ incidentId: id, asIncidentId: earliest.id });
      }
    }
    grown = grown.filter((draft) => growing.has(draft));
  }
};

const NOWHERE: ReadonlySet<string> = new Set();

const openingOf = (draft: FoldDraft, { graph, isAnomalous }: Surroundings): FoldingPlan['openings'][number] => {
  const lead = chooseLead(draft.members, graph);
  const services = servicesOf(draft);
  const told = new Set([lead.service]);
  const others = draft.members.filter((member) => member !== lead);
  return {
    lead,
    members: [
      { episode: lead, reason: null },
      ...others.map((episode) => {
        const { service } = episode;
        const rest = told.has(service) ? services : new Set([...services].filter((other) => other !== service));
        told.add(service);
        const reason = foldReason(graph, service, { leadService: lead.service, services: rest }, isAnomalous);
        return { episode, reason: reason ?? { kind: 'linked' as const, path: [service, lead.service] } };
      }),
    ],
  };
};

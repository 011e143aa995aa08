import { type CallGraph, linkedServices } from '#capabilities/topology/index.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { FoldReason, IncidentState } from '#ports/incident-board.ts';
import type { Episode } from './episode.ts';
import { foldReason } from './fold-reason.ts';

/** An incident as folding sees it. */
export interface FoldableIncident {
  readonly id: string;
  readonly number: number;
  readonly state: IncidentState;
  readonly leadId: string;
  readonly resolvedAt: Date | null;
  readonly recoveredAt: Date | null;
  /** All that were ever folded in. */
  readonly members: readonly Episode[];
  /** Signals that it tracks, or tracked until it was resolved. */
  readonly keys: ReadonlySet<string>;
}

/** An incident while a plan is made; one that the plan opens has no id yet. */
export interface FoldDraft {
  readonly id: string | null;
  readonly resolvedAt: Date | null;
  readonly leadId: string | null;
  readonly members: Episode[];
  keys: ReadonlySet<string>;
  isOpen: boolean;
  isRecovered: boolean;
}

/** What is the same for all drafts of a tick. */
export interface Surroundings {
  readonly graph: CallGraph;
  readonly isAnomalous: (service: string) => boolean;
}

const FOLD_WITHIN_OF_AN_ONSET_MS = 10 * MINUTE_MS;
const FOLD_WITHIN_OF_FIRST_ONSET_MS = 30 * MINUTE_MS;

export const draftOf = (incident: FoldableIncident): FoldDraft => ({
  id: incident.id,
  resolvedAt: incident.resolvedAt,
  leadId: incident.leadId,
  members: [...incident.members],
  keys: incident.keys,
  isOpen: incident.state !== 'resolved',
  isRecovered: incident.recoveredAt !== null,
});

export const newDraft = (first: Episode): FoldDraft => ({
  id: null,
  resolvedAt: null,
  leadId: null,
  members: [first],
  keys: new Set(),
  isOpen: true,
  isRecovered: false,
});

export const tracks = (draft: FoldDraft, key: string): boolean => draft.isOpen && draft.keys.has(key);

/** What is too small to open an incident does not undo that one has recovered. */
export const takesIn = (draft: FoldDraft, episode: Episode): boolean => episode.canOpen || !draft.isRecovered;

export const servicesOf = (draft: FoldDraft): ReadonlySet<string> =>
  new Set(draft.members.map((episode) => episode.service));

/** Services whose anomalies may belong to the draft as it is now. */
export const reachOf = (draft: FoldDraft, { graph, isAnomalous }: Surroundings): ReadonlySet<string> =>
  linkedServices(graph, servicesOf(draft), isAnomalous);

/** Whether an anomaly of a service within reach folds into the draft. */
export const foldsInto = (draft: FoldDraft, reach: ReadonlySet<string>, episode: Episode): boolean => {
  if (!draft.isOpen || !episode.isSubstantial || !reach.has(episode.service) || !takesIn(draft, episode)) return false;
  // A service that already fails here and now fails in another way is the same incident, however late.
  return (!draft.isRecovered && failsHere(draft, episode)) || isInTime(draft, episode);
};

export const reasonToFold = (draft: FoldDraft, episode: Episode, { graph, isAnomalous }: Surroundings): FoldReason => {
  const lead = draft.members.find((member) => member.id === draft.leadId) ?? draft.members[0] ?? episode;
  const reason = foldReason(
    graph,
    episode.service,
    { leadService: lead.service, services: servicesOf(draft) },
    isAnomalous,
  );
  return reason ?? { kind: 'linked', path: [episode.service, lead.service] };
};

const failsHere = (draft: FoldDraft, episode: Episode): boolean =>
  draft.members.some((member) => member.service === episode.service);

const isInTime = (draft: FoldDraft, episode: Episode): boolean => {
  const onset = episode.onsetAt.getTime();
  const onsets = draft.members.map((member) => member.onsetAt.getTime());
  return (
    onsets.some((other) => Math.abs(other - onset) <= FOLD_WITHIN_OF_AN_ONSET_MS) &&
    Math.abs(onset - Math.min(...onsets)) <= FOLD_WITHIN_OF_FIRST_ONSET_MS
  );
};

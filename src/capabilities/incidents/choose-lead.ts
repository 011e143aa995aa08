import { type CallGraph, calleesThrough } from '#capabilities/topology/index.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { invariant } from '#kernel/invariant.ts';
import { isWorse } from '#kernel/severity.ts';
import type { Episode } from './episode.ts';

// Requests that time out are slow before they fail, so that of one fault the latency may be seen
// first. Onsets nearer than this are one onset, and what failed is the worse news.
const SAME_ONSET_MS = MINUTE_MS;

/**
 * The anomaly that names the incident: the one whose service calls no other anomalous one; a service that
 * fell silent after its caller began to fail is asked no more, and does not count. Of several,
 * the earliest, then the one with the most failed rows; of one service that fails and is slow at once, the
 * failures. In a circle of calls nobody comes first. Lines that the filter found
 * yield to what is worth a page, and lead before what is not.
 */
export const chooseLead = (members: readonly Episode[], graph: CallGraph): Episode => {
  const latest = withoutUnasked(linesOrJudged(latestOfEachKey(withoutEarlierWaves(members))), graph);
  const services = new Set(latest.map((episode) => episode.service));
  const isAnomalous = (service: string): boolean => services.has(service);
  const callees = new Map([...services].map((service) => [service, calleesThrough(graph, service, isAnomalous)]));
  const calls = (from: string, to: string): boolean => callees.get(from)?.has(to) ?? false;
  const isRoot = (service: string): boolean =>
    [...services].every((other) => !calls(service, other) || calls(other, service));
  const roots = latest.filter((episode) => isRoot(episode.service));
  const firstOnsets = firstOnsetOfEachKey(members);
  const onset = ({ key }: Episode): number => firstOnsets.get(key) ?? 0;
  // A circle longer than a path is followed has no root.
  const [lead] = (roots.length > 0 ? roots : latest).toSorted(
    (a, b) => onset(a) - onset(b) || b.k - a.k || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  );
  invariant(lead, 'an incident has at least one anomaly');
  const failures = roots.find(
    (other) => other.service === lead.service && other.signal === 'error_rate' && isTelling(other),
  );
  const isSameOnset = failures !== undefined && onset(failures) - onset(lead) <= SAME_ONSET_MS;
  return lead.signal === 'latency' && isSameOnset ? failures : lead;
};

/** Of a service that logs little, the few lines say more than that they are all of its rows. */
const linesOrJudged = (members: readonly Episode[]): readonly Episode[] => {
  const lines = members.filter(({ signal }) => signal === 'log_match');
  const judged = members.filter(({ signal }) => signal !== 'log_match');
  const isWorthAPage = judged.some(({ worstSeverity }) => !isWorse('P2', worstSeverity));
  return lines.length === 0 || isWorthAPage ? judged : lines;
};

/** Without the silences that began after a caller's failures: a service that nobody calls has nothing to say. */
const withoutUnasked = (members: readonly Episode[], graph: CallGraph): readonly Episode[] => {
  const failing = members.filter(({ signal, isSubstantial }) => signal === 'error_rate' && isSubstantial);
  const services = new Set(members.map(({ service }) => service));
  const failedBefore = (caller: Episode, silence: Episode): boolean =>
    caller.service !== silence.service &&
    silence.onsetAt.getTime() - caller.onsetAt.getTime() > SAME_ONSET_MS &&
    calleesThrough(graph, caller.service, (service) => services.has(service)).has(silence.service);
  return members.filter(
    (member) => member.signal !== 'silence' || !failing.some((caller) => failedBefore(caller, member)),
  );
};

/** By what it was at its worst too: as it recovers, an incident keeps its name. */
const isTelling = ({ severity, worstSeverity, isSubstantial }: Episode): boolean =>
  (isSubstantial && severity !== null) || !isWorse('P2', worstSeverity);

/** The present episode of the key that an episode belongs to. */
export const latestOfKey = (members: readonly Episode[], key: string): Episode | undefined =>
  latestOfEachKey(members).find((episode) => episode.key === key);

const latestOfEachKey = (members: readonly Episode[]): readonly Episode[] => {
  const latest = new Map<string, Episode>();
  for (const episode of members) {
    const known = latest.get(episode.key);
    if (!known || isLater(episode, known)) latest.set(episode.key, episode);
  }
  return [...latest.values()];
};

const isLater = (a: Episode, b: Episode): boolean =>
  (a.quietSince === null && b.quietSince !== null) ||
  ((a.quietSince === null) === (b.quietSince === null) && a.onsetAt.getTime() > b.onsetAt.getTime());

const firstOnsetOfEachKey = (members: readonly Episode[]): ReadonlyMap<string, number> => {
  const first = new Map<string, number>();
  for (const { key, onsetAt } of members) {
    first.set(key, Math.min(onsetAt.getTime(), first.get(key) ?? Number.POSITIVE_INFINITY));
  }
  return first;
};

/** What was over before the latest one began belongs to an earlier wave of the incident. */
const withoutEarlierWaves = (members: readonly Episode[]): readonly Episode[] => {
  const lastOnset = Math.max(...members.map((episode) => episode.onsetAt.getTime()));
  return members.filter((episode) => episode.quietSince === null || episode.quietSince.getTime() >= lastOnset);
};

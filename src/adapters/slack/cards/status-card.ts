import { incidentName } from '#kernel/incident-number.ts';
import type { AnomalyView } from '#ports/incident-board.ts';
import { clauseOf, isScored } from './incident/anomaly-words.ts';
import { type CardMessage, context, section } from './blocks.ts';
import {
  circleOfSummary,
  howManyAreOpen,
  incidentLine,
  type IncidentListView,
  incidentWords,
  plainList,
} from './incident/incident-list-card.ts';
import { SEVERITY_CIRCLE } from './incident/incident-state.ts';
import { formatCount, formatPercent, formatScore, formatSpan } from './numbers.ts';
import {
  cutAtWord,
  escapeMrkdwn,
  FALLBACK_LIMIT,
  fence,
  lengthOf,
  listWithRest,
  nameIn,
  NBSP,
  toOneLine,
} from './text.ts';

/** What Sentinel says of itself. */
export interface StatusView {
  /** Unresolved incidents. */
  readonly open: IncidentListView;
  /** Services of the last check. */
  readonly servicesWatched: number;
  /** End of the last check that could look; null: none yet. */
  readonly lastCheckAt: Date | null;
  /** `blind`: the last check could judge nothing, or is too long ago. `silent`: nothing is seen from any service. */
  readonly sight: 'seeing' | 'blind' | 'silent';
  /** Of the last while, at most an hour. */
  readonly checks: { readonly done: number; readonly expected: number; readonly spanMs: number };
  /** Null answer: the store does not answer. */
  readonly telemetry: { readonly kind: 'embedded' | 'elasticsearch'; readonly answerMs: number | null };
  readonly jobs: { readonly waiting: number; readonly failed: number };
  readonly slack: {
    readonly isConnected: boolean;
    /** What keeps cards from being shown and what to do about it, a sentence each. */
    readonly troubles: readonly string[];
  };
  /** Anomalies that no incident tracks, the highest score first. */
  readonly untracked: { readonly anomalies: readonly AnomalyView[]; readonly total: number };
  /** Services of little traffic, with the least share of errors that would be seen; null where none would. */
  readonly faintest: readonly { readonly service: string; readonly smallestRate: number | null }[];
  /** What the last check could not look at, a sentence each. */
  readonly gaps: readonly string[];
  /** E.g. that nothing leaves this machine; null for nothing. */
  readonly note: string | null;
}

const LABEL_COLUMNS = 11;
const COLUMNS = 36;
const GAP_LIMIT = 200;
const LISTED = 5;
const FAINTEST_LISTED = 3;

/** What is open, one sentence on Sentinel itself, then its parts; what is not configured is said as its effect. */
export const statusCard = (status: StatusView, now: Date): CardMessage => {
  const { mark, title, plain } = headline(status);
  const gaps = status.gaps.map((gap) => escapeMrkdwn(cutAtWord(toOneLine(gap), GAP_LIMIT)));
  const troubles = status.slack.troubles.map((trouble) => escapeMrkdwn(cutAtWord(toOneLine(trouble), GAP_LIMIT)));
  const last = status.lastCheckAt;
  const checked =
    last === null
      ? 'No check has finished yet.'
      : `The last check was ${formatSpan(now.getTime() - last.getTime())} ago.`;
  return {
    text: cutAtWord([...inOrder(status, plainList(status.open), plain), checked].join(' '), FALLBACK_LIMIT),
    blocks: [
      ...inOrder(
        status,
        section(openIncidents(status, now)),
        section(`${mark} *${title}* It watches ${serviceCount(status.servicesWatched)}. ${checked}`),
      ),
      section(fence(lines(status))),
      ...(troubles.length === 0 ? [] : [section(['*Slack*', ...troubles].join('\n'))]),
      ...(status.untracked.total === 0 ? [] : [section(untracked(status, now))]),
      ...(status.faintest.length === 0 ? [] : [context(faintest(status))]),
      ...(gaps.length === 0 ? [] : [context(`*Not seen:* ${listWithRest(gaps, LISTED, ' · ')}`)]),
      context(
        status.note === null ? 'only you see this' : `${escapeMrkdwn(toOneLine(status.note))} · only you see this`,
      ),
    ],
  };
};

/** What is open comes first; but that nothing is would read as an all-clear where nothing can be seen. */
const inOrder = <T>({ open, sight }: StatusView, incidents: T, health: T): readonly T[] =>
  open.total === 0 && sight !== 'seeing' ? [health, incidents] : [incidents, health];

const openIncidents = ({ open: { incidents, total } }: StatusView, now: Date): string => {
  const [first] = incidents;
  if (first === undefined) return `*${howManyAreOpen(total)}.*`;
  if (total === 1)
    return `${circleOfSummary(first)} *${howManyAreOpen(total)}:* ${incidentName(first.number)} ${incidentWords(first, now)}`;
  const shown = incidents.slice(0, LISTED).map((incident) => incidentLine(incident, now));
  const rest = total - shown.length;
  return [`*${howManyAreOpen(total)}:*`, ...shown, ...(rest > 0 ? [`and ${formatCount(rest)} more`] : [])].join('\n');
};

const slackState = ({ slack }: StatusView): string => {
  if (!slack.isConnected) return 'not connected';
  return slack.troubles.length === 0 ? 'connected' : 'takes no cards';
};

const serviceCount = (count: number): string => (count === 1 ? '1 service' : `${formatCount(count)} services`);

const headline = (status: StatusView): { readonly mark: string; readonly title: string; readonly plain: string } => {
  if (status.sight !== 'seeing') {
    const what = status.sight === 'blind' ? 'Sentinel cannot see.' : 'No telemetry arrives from any service.';
    const plain = `${what} This is not an all-clear.`;
    return { mark: '⚠️', title: plain, plain };
  }
  if (status.lastCheckAt === null)
    return { mark: '⚪', title: 'Sentinel has just started.', plain: 'Sentinel has just started.' };
  const isImpaired = status.telemetry.answerMs === null || status.jobs.failed > 0 || slackState(status) !== 'connected';
  return isImpaired
    ? {
        mark: '⚠️',
        title: 'Sentinel sees, but not everything is well.',
        plain: 'Sentinel sees, but not everything is well.',
      }
    : { mark: '🟢', title: 'Sentinel is well.', plain: 'Sentinel is well.' };
};

const lines = (status: StatusView): readonly string[] => {
  const { checks, telemetry, jobs } = status;
  const answers =
    telemetry.answerMs === null
      ? 'does not answer'
      : `${telemetry.answerMs < 1000 ? `${Math.round(telemetry.answerMs)} ms` : `${(telemetry.answerMs / 1000).toFixed(1)} s`}`;
  const rows: readonly (readonly [string, string])[] = [
    ['checks', `${formatCount(checks.done)} of ${formatCount(checks.expected)} in ${formatSpan(checks.spanMs)}`],
    ['telemetry', telemetry.kind === 'embedded' ? `embedded, ${answers}` : answers],
    ['jobs', `${formatCount(jobs.waiting)} waiting, ${formatCount(jobs.failed)} failed`],
    ['Slack', slackState(status)],
    ['pager', 'none: nobody is woken'],
    ['model', 'none: evidence only'],
  ];
  return rows.map(([label, value]) => cutColumns(`${label.padEnd(LABEL_COLUMNS)}${value.replaceAll(NBSP, ' ')}`));
};

const cutColumns = (line: string): string =>
  lengthOf(line) <= COLUMNS ? line : `${[...line].slice(0, COLUMNS - 1).join('')}›`;

const faintest = ({ faintest: services }: StatusView): string => {
  const shown = services.map(({ service, smallestRate }) =>
    smallestRate === null
      ? `no share of errors in ${nameIn(service)}`
      : `${formatPercent(smallestRate)} of errors in ${nameIn(service)}`,
  );
  return `*Little traffic.* The least that would be seen: ${listWithRest(shown, FAINTEST_LISTED, ', ')}`;
};

const untracked = ({ untracked: { anomalies, total } }: StatusView, now: Date): string => {
  const shown = anomalies.slice(0, LISTED).map((anomaly) => {
    const severity = anomaly.severity ?? anomaly.worstSeverity;
    const score =
      isScored(anomaly.signal) && anomaly.calm === null ? ` (${formatScore(anomaly.score, anomaly.signal)})` : '';
    return `${SEVERITY_CIRCLE[severity]} ${severity} ${clauseOf(anomaly, now)}${score}`;
  });
  const title =
    total === 1 ? '*1 anomaly that is no incident*' : `*${formatCount(total)} anomalies that are no incident*`;
  const rest = total - shown.length;
  return [title, ...shown, ...(rest > 0 ? [`… and ${formatCount(rest)} more`] : [])].join('\n');
};

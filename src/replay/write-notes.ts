import { MINUTE_MS } from '../kernel/duration.ts';
import type { Coverage } from './coverage.ts';
import type { CheckPlan } from './plan-checks.ts';
import { count, counted, length, time } from './words.ts';

export interface NotedInput {
  readonly coverage: Coverage;
  readonly plan: CheckPlan;
  /** Files that end in the middle of their gzip data. */
  readonly broken: readonly string[];
  readonly fromMs: number | null;
  readonly hasSpans: boolean;
  readonly hasCalls: boolean;
  readonly resolveAfterMs: number | null;
}

// Ten buckets of five minutes before the current five; below them a signal is learning.
const BASELINE_MS = 55 * MINUTE_MS;
const MOST_LISTED = 5;

/** What a reader should know before believing the findings, a sentence each. */
export const writeNotes = (input: NotedInput): readonly string[] => [
  ...input.broken.map((path) => `${path} ends or breaks in the middle of its gzip data; what came before was read.`),
  ...learningNote(input),
  ...disorderNote(input.coverage),
  ...pauseNotes(input.plan),
  ...requestsNote(input.coverage),
  ...callsNote(input),
  ...(input.resolveAfterMs === null
    ? []
    : [
        `An incident is taken as resolved ${length(input.resolveAfterMs)} after it recovered, as a responder would do.`,
      ]),
];

const learningNote = ({ coverage: { firstMs, lastMs }, fromMs }: NotedInput): readonly string[] => {
  if (firstMs === null || lastMs === null) return [];
  const knownAtMs = firstMs + BASELINE_MS;
  if (fromMs !== null && fromMs >= knownAtMs) return [];
  const what = 'only gross changes open an incident while it is learning what is usual';
  return lastMs < knownAtMs
    ? [
        `Learning: the lines span ${length(lastMs - firstMs)}, a baseline needs ${length(BASELINE_MS)}, and ${what}. Nothing found in a span as short as this is no all-clear.`,
      ]
    : [`Learning until ${time(knownAtMs)} UTC: a baseline needs ${length(BASELINE_MS)}, and ${what}.`];
};

const disorderNote = ({ late }: Coverage): readonly string[] =>
  late.rows === 0
    ? []
    : [
        `${counted(late.rows, 'line')} ${late.rows === 1 ? 'is' : 'are'} out of order, by up to ${length(late.mostMs)}; each was taken at its own time.`,
      ];

const pauseNotes = ({ pauses }: CheckPlan): readonly string[] => {
  const longest = pauses.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs)).slice(0, MOST_LISTED);
  const listed = longest
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map(
      ({ fromMs, toMs }) =>
        `No lines at all from ${time(fromMs)} to ${time(toMs)} UTC (${length(toMs - fromMs)}): nothing could be judged.`,
    );
  const rest = pauses.length - listed.length;
  return rest === 0 ? listed : [...listed, `${counted(rest, 'shorter pause')} of 10 min or more without any line.`];
};

const requestsNote = (coverage: Coverage): readonly string[] => {
  const silent = [...coverage.services()].flatMap(([name, { requests }]) => (requests === 0 ? [name] : [])).toSorted();
  if (silent.length === 0) return [];
  const named = silent.slice(0, MOST_LISTED).join(', ');
  const more = silent.length > MOST_LISTED ? ` and ${count(silent.length - MOST_LISTED)} more` : '';
  return [`No line of ${named}${more} has a duration: judged by its share of error lines, without latency.`];
};

const callsNote = ({ coverage, hasSpans, hasCalls }: NotedInput): readonly string[] =>
  hasSpans || hasCalls || coverage.services().size < 2
    ? []
    : [
        'Without --spans, services are connected by the trace ids that their lines share, and who calls whom is not known: services.<name>.calls in the configuration says it too.',
      ];

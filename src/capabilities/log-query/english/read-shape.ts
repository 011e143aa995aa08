import {
  FAILED_SPAN,
  type Found,
  type GroupKey,
  type Index,
  type Measure,
  type Phrase,
  type Rule,
  textAt,
} from './phrase.ts';

const INDICES: Readonly<Record<string, Index>> = {
  log: 'logs',
  logs: 'logs',
  lines: 'logs',
  entries: 'logs',
  messages: 'logs',
  events: 'logs',
  span: 'spans',
  spans: 'spans',
  operations: 'spans',
  trace: 'spans',
  traces: 'spans',
  metrics: 'metrics',
};

export const readIndex: Rule = (words, at) => {
  const said = textAt(words, at);
  // Of an exception; the other traces are of requests.
  const areTraces = said === 'traces' || said === 'trace';
  const isText = areTraces && textAt(words, at - 1) === 'stack';
  if (isText || !Object.hasOwn(INDICES, said)) return null;
  const index = INDICES[said] ?? 'logs';
  if (areTraces) return { part: { kind: 'index', index, areTraces }, means: 'traces', isSure: true, used: 1 };
  return { part: { kind: 'index', index }, means: index, isSure: true, used: 1 };
};

export const COUNT: Measure = { aggregates: ['n = COUNT(*)'], computed: null, orderBy: 'n', field: null, of: null };

export const measured = (measure: Measure, means: string, used: number): Found => ({
  part: { kind: 'measure', measure },
  means,
  isSure: true,
  used,
});

/** "how many", "count", "number of". */
export const readCount: Rule = (words, at) => {
  const [first, second] = [textAt(words, at), textAt(words, at + 1)];
  if (first === 'how' && second === 'many') return measured(COUNT, 'their number', 2);
  if (first === 'number' && second === 'of') return measured(COUNT, 'their number', 2);
  if (first === 'volume') return measured(COUNT, 'their number', 1);
  if (first === 'count' || first === 'counts') return measured(COUNT, 'their number', second === 'of' ? 2 : 1);
  return null;
};

/** What people call the statistics that values and durations both have. */
export const STATISTICS: Readonly<Record<string, string>> = {
  average: 'AVG',
  avg: 'AVG',
  mean: 'AVG',
  median: 'MEDIAN',
  maximum: 'MAX',
  max: 'MAX',
  minimum: 'MIN',
  min: 'MIN',
};

const failures = (failedExpression: string): Measure => ({
  aggregates: [`failed = COUNT(*) WHERE (${failedExpression})`, 'n = COUNT(*)'],
  computed: 'percent = ROUND(100.0 * failed / n, 2)',
  orderBy: 'percent',
  aggregatesOfSpans: [`failed = COUNT(*) WHERE ${FAILED_SPAN}`, 'n = COUNT(*)'],
  field: 'duration_ms',
  of: 'duration_ms IS NOT NULL',
});

/** "error rate", "failure rate", "request rate", "throughput". */
export const readRate: Rule = (words, at, { failedExpression }) => {
  const share = readShareOf(words, at);
  if (share > 0) return measured(failures(failedExpression), 'the share of requests that failed', share);
  const [first, second] = [textAt(words, at), textAt(words, at + 1)];
  const ofStatus = SHARE.test(first) && second === 'of' ? STATUS_CLASS.exec(textAt(words, at + 2)) : null;
  if (ofStatus !== null) return { ...readStatusShare(Number(ofStatus[1]) * 100), used: 3 };
  if (first === 'availability') return { ...readSuccess(failedExpression), used: 1 };
  const isRate = second === 'rate' || second === 'ratio' || second === 'percentage';
  if (['error', 'errors', 'err', 'failure', 'failures', 'failed'].includes(first) && isRate) {
    return measured(failures(failedExpression), 'the share of requests that failed', 2);
  }
  const status = isRate ? STATUS_CLASS.exec(first) : null;
  if (status !== null) return readStatusShare(Number(status[1]) * 100);
  if (isRate && first === 'success') return readSuccess(failedExpression);
  const isThroughput = first === 'throughput' || first === 'traffic' || (first === 'request' && isRate);
  if (!isThroughput) return null;
  return measured(THROUGHPUT, 'the number of requests', first === 'request' ? 2 : 1);
};

const THROUGHPUT: Measure = { ...COUNT, field: 'duration_ms', of: 'duration_ms IS NOT NULL' };

/** "throughput of gateway" is so much in a time: per second, unless it is said by what or in which time. */
export const withThroughput = (phrases: readonly Phrase[]): readonly Phrase[] => {
  const at = phrases.findIndex(({ part }) => part.kind === 'measure' && part.measure === THROUGHPUT);
  const asked = phrases[at];
  const isOfAll = phrases.every(
    ({ part }) => part.kind !== 'group' && (part.kind !== 'measure' || part.measure === THROUGHPUT),
  );
  if (asked === undefined || !isOfAll) return phrases;
  const perSecond: Phrase = { said: '', part: { kind: 'group', ...PER_SECOND }, means: null, isSure: true };
  return phrases.with(at, { ...asked, means: `requests ${MEAN_PER_SECOND}` }).toSpliced(at + 1, 0, perSecond);
};

export const MEAN_PER_SECOND = 'per second, the mean of each minute';

/** One bucket for each second is more than anybody reads. */
export const PER_SECOND: GroupKey = {
  name: 'time',
  field: '@timestamp',
  esql: 'BUCKET(@timestamp, 1 minute)',
  isPer: true,
  isPerSecond: true,
};

const SHARE = /^(?:percentage|percent|share|rate|ratio|fraction)$/u;
const STATUS_CLASS = /^([1-5])(?:xx|00s)$/u;

/** How many words say "percentage of errors", "share of failed requests"; 0: they do not. */
const readShareOf = (words: Parameters<Rule>[0], at: number): number => {
  const [share, of, what, noun] = [0, 1, 2, 3].map((step) => textAt(words, at + step));
  if (of !== 'of' || !SHARE.test(share ?? '')) return 0;
  if (/^(?:errors|failures)$/u.test(what ?? '')) return 3;
  return what === 'failed' && /^(?:requests|calls)$/u.test(noun ?? '') ? 4 : 0;
};

/** "success rate" */
const readSuccess = (failedExpression: string): Found => {
  const failed = failures(failedExpression);
  const computed = 'percent = ROUND(100.0 * (n - failed) / n, 2)';
  return measured({ ...failed, computed }, 'the share of requests that did not fail', 2);
};

/** "5xx rate" */
const readStatusShare = (low: number): Found =>
  measured(
    {
      aggregates: [`matched = COUNT(*) WHERE status_code >= ${low} AND status_code < ${low + 100}`, 'n = COUNT(*)'],
      computed: 'percent = ROUND(100.0 * matched / n, 2)',
      orderBy: 'percent',
      field: 'status_code',
      of: 'duration_ms IS NOT NULL',
    },
    `the share of requests with status ${low} to ${low + 99}`,
    2,
  );

const LATENCY = new Set(['latency', 'duration', 'durations', 'latencies']);
const OF_DURATIONS: Readonly<Record<string, string>> = { ...STATISTICS, longest: 'MAX' };

/** "p95", "p99 latency", "average response time", "latency". */
export const readLatency: Rule = (words, at) => {
  const said = textAt(words, at);
  if (said === 'how' && /^(?:slow|fast|long)$/u.test(textAt(words, at + 1))) return latency(2);
  const isSpelt = textAt(words, at + 1) === 'percentile';
  const percentile =
    /^p(\d{1,2}(?:\.\d{1,2})?)$/u.exec(said) ?? (isSpelt ? /^(\d{1,2})(?:st|nd|rd|th)?$/u.exec(said) : null);
  const statistic = Object.hasOwn(OF_DURATIONS, said) ? OF_DURATIONS[said] : undefined;
  const spelt = percentile && isSpelt ? 1 : 0;
  const noun = latencyNoun(words, at + (percentile || statistic ? 1 : 0) + spelt);
  const of = 'duration_ms IS NOT NULL';
  if (percentile) {
    const name = `p${(percentile[1] ?? '').replace('.', '_')}_ms`;
    const aggregates = [`${name} = PERCENTILE(duration_ms, ${percentile[1] ?? ''})`, 'n = COUNT(*)'];
    return measured(
      { aggregates, computed: null, orderBy: name, field: 'duration_ms', of },
      `the p${percentile[1] ?? ''} of how long it took`,
      1 + spelt + noun,
    );
  }
  if (noun === 0) return null;
  if (statistic !== undefined) {
    const name = `${statistic.toLowerCase()}_ms`;
    const aggregates = [`${name} = ${statistic}(duration_ms)`, 'n = COUNT(*)'];
    return measured(
      { aggregates, computed: null, orderBy: name, field: 'duration_ms', of },
      `the ${said} of how long it took`,
      1 + noun,
    );
  }
  return latency(noun);
};

const latency = (used: number): Found => {
  const aggregates = [...[50, 95, 99].map((p) => `p${p}_ms = PERCENTILE(duration_ms, ${p})`), 'n = COUNT(*)'];
  const of = 'duration_ms IS NOT NULL';
  return measured(
    { aggregates, computed: null, orderBy: 'p95_ms', field: 'duration_ms', of },
    'P50, P95 and P99 of how long it took',
    used,
  );
};

const latencyNoun = (words: Parameters<Rule>[0], at: number): number => {
  if (LATENCY.has(textAt(words, at))) return 1;
  return textAt(words, at) === 'response' && /^times?$/u.test(textAt(words, at + 1)) ? 2 : 0;
};

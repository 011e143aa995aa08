import { printString } from '#esql/print/print-expression.ts';
import { quoteName } from '#esql/print/quote-name.ts';
import { MEANINGS } from './choose-shape.ts';
import {
  FAILED_SPAN,
  type Found,
  type Index,
  type Measure,
  PATTERN,
  type Rule,
  textAt,
  typeOfField,
} from './phrase.ts';
import { readNumber, readSpan } from './read-span.ts';

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
  traces: 'spans',
  metrics: 'metrics',
};

export const readIndex: Rule = (words, at) => {
  const said = textAt(words, at);
  if (!Object.hasOwn(INDICES, said)) return null;
  const index = INDICES[said] ?? 'logs';
  return { part: { kind: 'index', index }, means: index, isSure: true, used: 1 };
};

/** "orders.completed", "metric revenue": a metric that telemetry has. */
export const readMetric: Rule = (words, at, { metrics }) => {
  const led = textAt(words, at) === 'metric' ? 1 : 0;
  const said = words[at + led]?.text ?? '';
  const name = metrics.find(
    (metric) => metric.toLowerCase() === said || (said.length > 3 && metric.toLowerCase().split('.').includes(said)),
  );
  if (name === undefined) return null;
  const esql = `metric.name == ${printString(name)}`;
  return {
    part: { kind: 'condition', about: 'metric', field: 'metric.name', esql },
    means: `metric ${name}`,
    isSure: true,
    used: 1 + led,
  };
};

const COUNT: Measure = { aggregates: ['n = COUNT(*)'], computed: null, orderBy: 'n', field: null, of: null };

const measured = (measure: Measure, means: string, used: number): Found => ({
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
  if (first === 'count' || first === 'counts') return measured(COUNT, 'their number', second === 'of' ? 2 : 1);
  return null;
};

/** "error rate", "failure rate", "request rate", "throughput". */
export const readRate: Rule = (words, at, { failedExpression }) => {
  const [first, second] = [textAt(words, at), textAt(words, at + 1)];
  const isRate = second === 'rate' || second === 'ratio' || second === 'percentage';
  if (['error', 'failure', 'failed'].includes(first) && isRate) {
    return measured(
      {
        aggregates: [`failed = COUNT(*) WHERE (${failedExpression})`, 'n = COUNT(*)'],
        computed: 'percent = ROUND(100.0 * failed / n, 2)',
        orderBy: 'percent',
        aggregatesOfSpans: [`failed = COUNT(*) WHERE ${FAILED_SPAN}`, 'n = COUNT(*)'],
        field: 'duration_ms',
        of: 'duration_ms IS NOT NULL',
      },
      'the share of requests that failed',
      2,
    );
  }
  const isThroughput = first === 'throughput' || first === 'traffic' || (first === 'request' && isRate);
  if (!isThroughput) return null;
  const measure = { ...COUNT, field: 'duration_ms', of: 'duration_ms IS NOT NULL' };
  return measured(measure, 'the number of requests', first === 'request' ? 2 : 1);
};

const LATENCY = new Set(['latency', 'duration', 'durations', 'latencies']);
const STATISTICS: Readonly<Record<string, string>> = {
  average: 'AVG',
  avg: 'AVG',
  mean: 'AVG',
  median: 'MEDIAN',
  maximum: 'MAX',
  max: 'MAX',
  longest: 'MAX',
  minimum: 'MIN',
  min: 'MIN',
};

/** "p95", "p99 latency", "average response time", "latency". */
export const readLatency: Rule = (words, at) => {
  const said = textAt(words, at);
  const percentile = /^p(\d{1,2}(?:\.\d{1,2})?)$/u.exec(said);
  const statistic = Object.hasOwn(STATISTICS, said) ? STATISTICS[said] : undefined;
  const noun = latencyNoun(words, at + (percentile || statistic ? 1 : 0));
  const of = 'duration_ms IS NOT NULL';
  if (percentile) {
    const name = `p${(percentile[1] ?? '').replace('.', '_')}_ms`;
    const aggregates = [`${name} = PERCENTILE(duration_ms, ${percentile[1] ?? ''})`, 'n = COUNT(*)'];
    return measured(
      { aggregates, computed: null, orderBy: name, field: 'duration_ms', of },
      `the ${said} of how long it took`,
      1 + noun,
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
  const aggregates = [50, 95, 99].map((p) => `p${p}_ms = PERCENTILE(duration_ms, ${p})`);
  return measured(
    { aggregates: [...aggregates, 'n = COUNT(*)'], computed: null, orderBy: 'p95_ms', field: 'duration_ms', of },
    'P50, P95 and P99 of how long it took',
    noun,
  );
};

const latencyNoun = (words: Parameters<Rule>[0], at: number): number => {
  if (LATENCY.has(textAt(words, at))) return 1;
  return textAt(words, at) === 'response' && /^times?$/u.test(textAt(words, at + 1)) ? 2 : 0;
};

const BY = new Set(['by', 'per', 'each', 'every', 'which', 'what']);
const DIMENSIONS: readonly {
  readonly said: readonly string[];
  readonly name: string;
  readonly field: string;
  readonly esql: string;
}[] = [
  { said: ['service', 'services', 'app', 'apps'], name: 'service', field: 'service.name', esql: 'service.name' },
  { said: ['level', 'levels', 'severity'], name: 'level', field: 'level', esql: 'level' },
  { said: ['status', 'statuses', 'code', 'codes'], name: 'status', field: 'status_code', esql: 'status_code' },
  {
    said: ['host', 'hosts', 'pod', 'pods', 'node', 'nodes', 'machine'],
    name: 'host',
    field: 'host.name',
    esql: 'host.name',
  },
  { said: ['message', 'messages', 'text'], name: 'message', field: 'message', esql: 'message' },
  {
    said: ['pattern', 'patterns', 'kind', 'kinds', 'type', 'types'],
    name: 'pattern',
    field: 'message',
    esql: PATTERN,
  },
  {
    said: ['operation', 'operations', 'endpoint', 'endpoints', 'span', 'route', 'routes'],
    name: 'operation',
    field: 'span.name',
    esql: 'span.name',
  },
  { said: ['metric', 'metrics'], name: 'metric', field: 'metric.name', esql: 'metric.name' },
];

/** "by service", "per minute", "every 5 minutes", "which hosts", "broken down by level". */
export const readGroup: Rule = (words, at, { schema }) => {
  const lead = groupLead(words, at);
  if (lead === null) return null;
  const said = textAt(words, at + lead);
  const span = readSpan(words, at + lead);
  if (span !== null && textAt(words, at) !== 'which' && textAt(words, at) !== 'what') {
    return {
      part: { kind: 'group', name: 'time', field: '@timestamp', esql: `BUCKET(@timestamp, ${span.esql})` },
      means: `each ${span.esql}`,
      isSure: true,
      used: lead + span.used,
    };
  }
  const dimension = DIMENSIONS.find((candidate) => candidate.said.includes(said));
  const code = said === 'status' && textAt(words, at + lead + 1) === 'code' ? 1 : 0;
  if (dimension !== undefined) {
    const { name, field, esql } = dimension;
    return { part: { kind: 'group', name, field, esql }, means: `by ${name}`, isSure: true, used: lead + 1 + code };
  }
  const field = [said, `attributes.${said}`].find((candidate) => typeOfField(schema, candidate) !== undefined);
  if (field === undefined) return null;
  return {
    part: { kind: 'group', name: field, field, esql: quoteName(field) },
    means: `by ${field}`,
    isSure: true,
    used: lead + 1,
  };
};

const groupLead = (words: Parameters<Rule>[0], at: number): number | null => {
  const said = textAt(words, at);
  if (['grouped', 'split', 'counted'].includes(said) && textAt(words, at + 1) === 'by') return 2;
  if (said === 'broken' && textAt(words, at + 1) === 'down' && textAt(words, at + 2) === 'by') return 3;
  if (said === 'for' && ['each', 'every'].includes(textAt(words, at + 1))) return 2;
  return BY.has(said) ? 1 : null;
};

/** "over time", "timeline", "trend". */
export const readOverTime: Rule = (words, at) => {
  const said = textAt(words, at);
  const used =
    said === 'over' && textAt(words, at + 1) === 'time' ? 2 : ['timeline', 'trend', 'histogram'].includes(said) ? 1 : 0;
  return used === 0 ? null : { part: { kind: 'over-time' }, means: 'over time', isSure: true, used };
};

const LISTED = new Set([
  'services',
  'hosts',
  'pods',
  'levels',
  'endpoints',
  'operations',
  'routes',
  'pattern',
  'patterns',
]);

/** "services", "patterns": several of a kind, with their numbers; "messages" only where the most common ones are asked for. */
export const readListed: Rule = (words, at) => {
  const said = textAt(words, at);
  const isRanked = [textAt(words, at - 1), textAt(words, at - 2)].some(
    (before) => before === 'top' || MOST.has(before),
  );
  const dimension = DIMENSIONS.find((candidate) => candidate.said.includes(said));
  if (dimension === undefined || !(LISTED.has(said) || (isRanked && said === 'messages'))) return null;
  const { name, field, esql } = dimension;
  return { part: { kind: 'group', name, field, esql }, means: `by ${name}`, isSure: true, used: 1 };
};

const MOST = new Set(['common', 'frequent']);

/** "slowest", "latest", "oldest", "top 10", "most common messages", "slowest 5", "last 20". */
export const readOrder: Rule = (words, at) => {
  const said = textAt(words, at);
  const isMost = said === 'most' && MOST.has(textAt(words, at + 1));
  if (isMost || said === 'top') {
    return {
      part: { kind: 'order', by: isMost ? 'most' : 'top' },
      means: MEANINGS.most,
      isSure: true,
      used: isMost ? 2 : 1,
    };
  }
  const by =
    said === 'slowest' || said === 'slow'
      ? 'slowest'
      : ['latest', 'newest', 'new', 'recent', 'last'].includes(said)
        ? 'newest'
        : said === 'oldest' || said === 'first' || said === 'earliest'
          ? 'oldest'
          : null;
  if (by === null) return null;
  const most = readNumber(words[at + 1]);
  // "last hour" is a time; "last" alone is nothing yet.
  if (said === 'last' && most === null) return null;
  return { part: { kind: 'order', by }, means: MEANINGS[by], isSure: true, used: 1 };
};

const MOST_ROWS = 10_000;

const ORDERS = new Set(['slowest', 'latest', 'newest', 'oldest', 'earliest']);

/** A number beside its order: "top 20 errors", "5 slowest requests". */
export const readLimit: Rule = (words, at) => {
  const number = words[at]?.isQuoted === false && /^\d{1,5}$/u.test(words[at].text) ? Number(words[at].text) : 0;
  const isLed =
    ['top', 'last', 'latest', 'newest', 'first', 'slowest', 'oldest', 'limit', 'common', 'frequent'].includes(
      textAt(words, at - 1),
    ) || ORDERS.has(textAt(words, at + 1));
  if (number < 1 || number > MOST_ROWS || !isLed) return null;
  return { part: { kind: 'limit', rows: number }, means: `${number} at most`, isSure: true, used: 1 };
};

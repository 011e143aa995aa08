import { SLOWER_THAN } from '../kernel/anomaly.ts';
import type { ReplayReport, ReportedAnomaly, ReportedIncident } from './report.ts';
import { clockTime, count, counted, length, percent, time } from './words.ts';

const MOST_GAPS_SHOWN = 10;

/** The report for a terminal. */
export const printReport = (report: ReplayReport, tookMs: number): string => {
  const queries = numberQueries(report.anomalies);
  return [
    ...headOf(report, tookMs),
    ...section('', report.notes),
    '',
    report.incidents.length === 0
      ? 'No incident would have opened.'
      : `${counted(report.incidents.length, 'incident')} would have opened.`,
    ...report.incidents.flatMap((incident) => ['', ...printIncident(incident, report.anomalies)]),
    ...section('Anomalies', anomalyTable(report.anomalies, queries)),
    ...section('Could not be judged', gapLines(report)),
    ...section('Evidence', evidenceLines(queries)),
  ].join('\n');
};

const section = (title: string, lines: readonly string[]): readonly string[] => {
  if (lines.length === 0) return [];
  return title === '' ? ['', ...lines] : ['', title, ...lines.map((line) => `  ${line}`)];
};

const headOf = ({ lines, services, from, to, ticks, stepSeconds }: ReplayReport, tookMs: number): readonly string[] => [
  `${counted(lines.kept, 'line')} of ${counted(services.length, 'service')}, ${counted(ticks, 'check')} each ${length(stepSeconds * 1000)} from ${time(from)} to ${time(to)} UTC, in ${(tookMs / 1000).toFixed(1)} s`,
  ...(lines.leftOut === 0 ? [] : [`${counted(lines.leftOut, 'line')} outside of --from and --to left out`]),
  ...(lines.refused === 0 ? [] : [`${counted(lines.refused, 'line')} could not be used:`]),
  ...lines.refusals.map(({ file, line, reason }) => `  ${file}:${line}: ${reason}`),
];

const symptomOf = ({ signal, k, n, unit, baselineRate, latencyKind }: ReportedAnomaly): string => {
  if (signal === 'silence') return 'no data';
  const share = `${percent(n === 0 ? 0 : k / n)} of ${count(n)} ${unit}`;
  const usual = `(${percent(baselineRate)} is usual)`;
  if (signal === 'log_match') return `${counted(k, 'line')} matched`;
  if (signal !== 'latency') return `${share} ${unit === 'requests' ? 'failed' : 'were errors'} ${usual}`;
  return `${share} slower than ${SLOWER_THAN[latencyKind ?? 'tail']} ${usual}`;
};

const REASONS: Readonly<Record<string, string>> = {
  calls: 'calls',
  'called-by': 'is called by',
  linked: 'shares traces with',
  'same-service': 'same service',
  're-fired': 'fired again',
};

const reasonOf = ({ reason, path }: ReportedIncident['folded'][number]): string => {
  if (reason === null) return '';
  const other = path.at(-1);
  return path.length < 2 || other === undefined
    ? `, ${REASONS[reason] ?? reason}`
    : `, ${REASONS[reason] ?? reason} ${path.slice(1).join(' → ')}`;
};

const printIncident = (incident: ReportedIncident, anomalies: readonly ReportedAnomaly[]): readonly string[] => {
  const { number, severity, openedAt, onsetAt, lead, folded, recoveredAt, resolvedAt } = incident;
  const worst = anomalies
    .filter(({ incident: of, service, signal }) => of === number && service === lead.service && signal === lead.signal)
    .toSorted((a, b) => b.score - a.score)[0];
  return [
    `INC-${number}  ${severity}  ${lead.service}: ${worst ? symptomOf(worst) : lead.signal}`,
    `  opened ${time(openedAt)} UTC, ${length(Date.parse(openedAt) - Date.parse(onsetAt))} after its onset`,
    ...folded.map((each) => `  folded in: ${each.service} ${each.signal}${reasonOf(each)}`),
    `  ${recoveredAt === null ? 'not recovered by the end' : `recovered ${time(recoveredAt)} UTC`}${resolvedAt === null ? '' : `, resolved ${time(resolvedAt)} UTC`}`,
    ...(incident.previousIncident === null ? [] : [`  follows INC-${incident.previousIncident}`]),
    ...(incident.possiblySameAs === null ? [] : [`  possibly the same cause as INC-${incident.possiblySameAs}`]),
  ];
};

type NumberedQueries = ReadonlyMap<string, number>;

const numberQueries = (anomalies: readonly ReportedAnomaly[]): NumberedQueries => {
  const texts = anomalies.flatMap(({ evidence }) => [
    evidence.query,
    ...(evidence.baseline ? [evidence.baseline.query] : []),
  ]);
  return new Map([...new Set(texts)].map((text, index) => [text, index + 1]));
};

const anomalyTable = (anomalies: readonly ReportedAnomaly[], queries: NumberedQueries): readonly string[] => {
  if (anomalies.length === 0) return [];
  const rows = anomalies.map((anomaly) => [
    time(anomaly.firedAt ?? anomaly.firstSeenAt),
    anomaly.severity,
    anomaly.service,
    anomaly.signal,
    anomaly.score >= 10 ? 'above 10' : anomaly.score.toFixed(1),
    anomaly.signal === 'silence' ? '-' : `${count(anomaly.k)} of ${count(anomaly.n)}`,
    anomaly.signal === 'silence' ? '-' : percent(anomaly.baselineRate),
    clockTime(anomaly.peakAt),
    anomaly.quietSince === null ? 'lasts' : clockTime(anomaly.quietSince),
    anomaly.incident === null ? '-' : `INC-${anomaly.incident}`,
    parametersOf(anomaly, queries),
    anomaly.heldBy === null ? '' : `held: ${anomaly.heldBy}`,
  ]);
  return alignColumns([
    ['when (UTC)', 'sev', 'service', 'signal', 'z', 'k of n', 'usual', 'peak', 'quiet', 'incident', 'evidence', ''],
    ...rows,
  ]);
};

const parametersOf = ({ evidence }: ReportedAnomaly, queries: NumberedQueries): string => {
  const { from, to } = evidence.parameters;
  const range = `${typeof from === 'string' ? clockTime(from) : '?'}–${typeof to === 'string' ? clockTime(to) : '?'}`;
  return `Q${queries.get(evidence.query) ?? 0} ${range}`;
};

const alignColumns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

const gapLines = ({ gaps }: ReplayReport): readonly string[] => {
  const shown = gaps
    .slice(0, MOST_GAPS_SHOWN)
    .map(({ from, to, checks, message }) => `${time(from)} to ${time(to)}, ${counted(checks, 'check')}: ${message}`);
  const rest = gaps.length - shown.length;
  return rest === 0 ? shown : [...shown, `and ${counted(rest, 'more')}; --json lists them`];
};

const evidenceLines = (queries: NumberedQueries): readonly string[] =>
  [...queries].flatMap(([text, number]) => [
    `Q${number}, with ?from and ?to as in the table:`,
    ...text.split('\n').map((line) => `  ${line}`),
  ]);

import { type Inspection, inspectElasticsearch } from '#adapters/elasticsearch/inspect-elasticsearch.ts';
import type { FieldReport, SourceReport } from '#adapters/elasticsearch/report-fields.ts';
import type { LookupReport } from '#adapters/elasticsearch/report-lookups.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { Random } from '#kernel/random.ts';
import type { Logger } from '#ports/logger.ts';
import { type Config, formatProblems } from '../config.ts';
import { elasticsearchOptions } from './elasticsearch-options.ts';
import { readLookups } from './lookups/read-lookups.ts';

/** Longest look at a server, so that a check ends wherever it is run. */
const LIMIT_MS = 10 * SECOND_MS;

export interface TelemetryCheck {
  /** False: Sentinel would not start with it. */
  readonly isUsable: boolean;
  /** For a terminal. */
  readonly text: string;
}

const SILENT: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Looks at where telemetry is, and tells what it has and what is missing there; embedded, at the files of lookup
 * tables, or null where there are none. Changes nothing.
 */
export const checkTelemetry = async (
  deps: { readonly random: Random; readonly limitMs?: number },
  config: Config,
): Promise<TelemetryCheck | null> => {
  if (config.telemetry.kind === 'embedded') return checkLookups(config.lookups);
  try {
    const options = await elasticsearchOptions(config, config.telemetry);
    const inspection = await inspectElasticsearch({ ...deps, logger: SILENT }, options, deps.limitMs ?? LIMIT_MS);
    return { isUsable: true, text: printInspection(inspection) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (!error.isRetryable) return { isUsable: false, text: error.userMessage };
    return {
      isUsable: true,
      text: `${error.userMessage}\nNothing of it was checked; the rest of the configuration is valid.`,
    };
  }
};

const checkLookups = async (lookups: Config['lookups']): Promise<TelemetryCheck | null> => {
  const outcome = await readLookups(lookups);
  if (outcome.kind === 'invalid') return { isUsable: false, text: formatProblems(outcome.problems) };
  if (outcome.tables.length === 0) return null;
  const lines = outcome.tables.map(
    ({ name, columns, rows }) =>
      `${name}: rows ${rows.length}, columns ${columns.map((column) => column.name).join(', ')}`,
  );
  return { isUsable: true, text: ['Lookup tables:', ...lines].join('\n') };
};

const printInspection = ({ version, licence, troubles, sources, lookups }: Inspection): string =>
  [
    `Elasticsearch ${version} (${licence}) answers.`,
    ...troubles,
    ...sources.flatMap((source) => ['', ...printSource(source)]),
    ...(lookups.length === 0 ? [] : ['', ...printLookups(lookups)]),
  ].join('\n');

const countOf = (count: number): string => (count === 1 ? '1 index' : `${count} indices`);

const printSource = ({
  kind,
  pattern,
  isOwn,
  indices,
  fields,
  losses,
  partialLosses,
}: SourceReport): readonly string[] => {
  if (isOwn) return [`${kind}: Sentinel's own, ${pattern}, with every field`];
  if (indices === 0) return [`${kind}: no index fits ${pattern}`, ...losses.map(({ what }) => `  ${what}`)];
  const costs = [
    ...losses.map(({ what }) => what),
    ...partialLosses.map((lost) => `of rows in ${lost.indices}: ${lost.what}`),
  ];
  return [`${kind}: ${countOf(indices)} of ${pattern}`, ...printColumns(fields.map(printField)), ...printCosts(costs)];
};

const printColumns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    `  ${row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(width(at)))).join('  ')}`.trimEnd(),
  );
};

const printCosts = (costs: readonly string[]): readonly string[] =>
  costs.length === 0 ? [] : ['  What that costs:', ...costs.map((cost) => `  - ${cost}`)];

const printLookups = (lookups: readonly LookupReport[]): readonly string[] => {
  const losses = lookups.flatMap(({ loss }) => loss ?? []);
  return [
    `lookups: ${lookups.length - losses.length} of ${lookups.length} can be joined`,
    ...printColumns(lookups.map(({ name, found }) => [name, found])),
    ...printCosts(losses),
  ];
};

const printField = ({ field, stored, mappedAs, notes }: FieldReport): readonly string[] => [
  field,
  stored === field ? '' : stored,
  mappedAs ?? '-',
  notes.join(', '),
];

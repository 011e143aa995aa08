import { type Inspection, inspectElasticsearch } from '#adapters/elasticsearch/inspect-elasticsearch.ts';
import type { FieldReport, SourceReport } from '#adapters/elasticsearch/report-fields.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { Random } from '#kernel/random.ts';
import type { Logger } from '#ports/logger.ts';
import type { Config } from '../config.ts';
import { elasticsearchOptions } from './elasticsearch-options.ts';

/** Longest look at a server, so that a check ends wherever it is run. */
const LIMIT_MS = 10 * SECOND_MS;

export interface TelemetryCheck {
  /** False: Sentinel would not start with it. */
  readonly isUsable: boolean;
  /** For a terminal. */
  readonly text: string;
}

const SILENT: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Looks at where telemetry is, and tells what it has and what is missing there. Changes nothing. */
export const checkTelemetry = async (
  deps: { readonly random: Random; readonly limitMs?: number },
  config: Config,
): Promise<TelemetryCheck | null> => {
  if (config.telemetry.kind === 'embedded') return null;
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

const printInspection = ({ version, licence, troubles, sources }: Inspection): string =>
  [
    `Elasticsearch ${version} (${licence}) answers.`,
    ...troubles,
    ...sources.flatMap((source) => ['', ...printSource(source)]),
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
  const rows = fields.map(printField);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const costs = [
    ...losses.map(({ what }) => what),
    ...partialLosses.map((lost) => `of rows in ${lost.indices}: ${lost.what}`),
  ];
  return [
    `${kind}: ${countOf(indices)} of ${pattern}`,
    ...rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd()),
    ...(costs.length === 0 ? [] : ['  What that costs:', ...costs.map((cost) => `  - ${cost}`)]),
  ];
};

const printField = ({ field, stored, mappedAs, notes }: FieldReport): readonly string[] => [
  field,
  stored === field ? '' : stored,
  mappedAs ?? '-',
  notes.join(', '),
];

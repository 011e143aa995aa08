import { parseArgs } from 'node:util';
import { MINUTE_MS, parseDurationMs, SECOND_MS } from '../kernel/duration.ts';

export interface ReplayFlags {
  /** Paths, or - for standard input. */
  readonly logs: readonly string[];
  readonly spans: readonly string[];
  readonly config: string | undefined;
  /** Null: the interval of the configuration. */
  readonly stepMs: number | null;
  readonly from: Date | null;
  readonly to: Date | null;
  /** Null: never. Undefined: after the cooldown of the configuration. */
  readonly resolveAfterMs: number | null | undefined;
  readonly isJson: boolean;
}

export type ReadFlags =
  | { readonly kind: 'run'; readonly flags: ReplayFlags }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problem: string };

export const USAGE = `npm run replay -- --logs FILE [flags]

What Sentinel would have done: the same detection and folding over a log file, on a simulated clock.

  --logs FILE           one JSON object a line, plain or gzip, - for standard input; may be repeated
  --spans FILE          traces, for who calls whom; may be repeated
  --config FILE         settings, default sentinel.yaml where there is one
  --step 30s            time between two checks, 10s to 5min, default detection.interval
  --from TIME           first check; lines before it are its baseline
  --to TIME             last check
  --resolve-after 30min when a recovered incident is taken as resolved, default incidents.cooldown, or never
  --json                one JSON object instead of a table`;

const LEAST_STEP_MS = 10 * SECOND_MS;
const GREATEST_STEP_MS = 5 * MINUTE_MS;

const OPTIONS = {
  logs: { type: 'string', multiple: true },
  spans: { type: 'string', multiple: true },
  config: { type: 'string' },
  step: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  'resolve-after': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the command line; one sentence on the first thing that is wrong with it. */
export const readFlags = (args: readonly string[]): ReadFlags => {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    return invalid(error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) return { kind: 'help' };
  const { logs = [], spans = [] } = values;
  if (logs.length === 0) return invalid('Name a log file with --logs FILE, or --logs - for standard input.');
  if ([...logs, ...spans].filter((path) => path === '-').length > 1) {
    return invalid('Standard input can be read once: use - for one of --logs and --spans only.');
  }
  const stepMs = values.step === undefined ? null : parseDurationMs(values.step);
  if (stepMs === undefined || (stepMs !== null && (stepMs < LEAST_STEP_MS || stepMs > GREATEST_STEP_MS))) {
    return invalid(`--step: found "${values.step}", expected a duration from 10s to 5min.`);
  }
  const from = values.from === undefined ? null : readTime(values.from);
  if (from === undefined) return invalid(timeExpected('--from', values.from));
  const to = values.to === undefined ? null : readTime(values.to);
  if (to === undefined) return invalid(timeExpected('--to', values.to));
  if (from && to && from >= to) return invalid('--from must be before --to.');
  const resolveAfterMs = readResolveAfter(values['resolve-after']);
  if (resolveAfterMs === 'unreadable') {
    return invalid(`--resolve-after: found "${values['resolve-after']}", expected a duration such as 30min, or never.`);
  }
  const isJson = values.json === true;
  return { kind: 'run', flags: { logs, spans, config: values.config, stepMs, from, to, resolveAfterMs, isJson } };
};

const invalid = (problem: string): ReadFlags => ({ kind: 'invalid', problem });

const timeExpected = (flag: string, found: string | undefined): string =>
  `${flag}: found "${found}", expected an ISO 8601 time such as 2026-11-20T14:00:00Z.`;

const TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

/** A time without a zone is UTC, a day its beginning. */
const readTime = (text: string): Date | undefined => {
  const [, day, time = '00:00', zone = 'Z'] = TIME.exec(text) ?? [];
  if (day === undefined) return undefined;
  const at = new Date(`${day}T${time}${zone}`);
  // Date takes the 30th of February for the 2nd of March.
  const midnight = new Date(`${day}T00:00Z`);
  if (Number.isNaN(midnight.getTime()) || Number.isNaN(at.getTime())) return undefined;
  return midnight.toISOString().startsWith(day) ? at : undefined;
};

const readResolveAfter = (text: string | undefined): number | null | undefined | 'unreadable' => {
  if (text === undefined) return undefined;
  return text === 'never' ? null : (parseDurationMs(text) ?? 'unreadable');
};

import { parseArgs } from 'node:util';
import { DAY_MS, MINUTE_MS, parseDurationMs, SECOND_MS } from '#kernel/duration.ts';
import { describeFaults, listFaults, NO_FAULT } from '../faults.ts';

export const TARGET_KINDS = ['sentinel', 'elasticsearch'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];
export type TelemetryKind = 'logs' | 'spans' | 'metrics';

export interface SimulateFlags {
  readonly fault: string;
  readonly url: URL;
  /** Null: found out by asking. */
  readonly target: TargetKind | null;
  readonly seed: number;
  readonly historyMs: number;
  readonly faultMs: number;
  /** Times the wall clock that history is fed at; null: as fast as it is taken. */
  readonly speed: number | null;
  readonly load: number;
  readonly token: string | null;
  /** Names in Elasticsearch. */
  readonly indices: Readonly<Record<TelemetryKind, string>>;
}

type ParsedFlags =
  | { readonly kind: 'run'; readonly flags: SimulateFlags }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

const DEFAULT_HISTORY_MS = 75 * MINUTE_MS;
const DEFAULT_FAULT_MS = 8 * MINUTE_MS;
const LIMITS = { historyMs: DAY_MS, faultMs: DAY_MS, speed: 100_000, load: 50 } as const;
const INDEX_NAME = /^[a-z0-9][a-z0-9._-]{0,200}$/;

const OPTIONS = {
  fault: { type: 'string' },
  url: { type: 'string' },
  target: { type: 'string' },
  seed: { type: 'string' },
  history: { type: 'string' },
  'fault-for': { type: 'string' },
  speed: { type: 'string' },
  load: { type: 'string' },
  token: { type: 'string' },
  'logs-index': { type: 'string', default: 'app-logs' },
  'spans-index': { type: 'string', default: 'app-spans' },
  'metrics-index': { type: 'string', default: 'app-metrics' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the command line; lists every problem at once. */
export const parseSimulateFlags = (args: readonly string[]): ParsedFlags => {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    return { kind: 'invalid', problems: [error instanceof Error ? error.message : String(error)] };
  }
  if (values.help === true) return { kind: 'help' };

  const problems: string[] = [];
  const refuse = (flag: string, found: string | undefined, expected: string): null => {
    problems.push(`--${flag}: ${found === undefined ? 'missing' : `found "${found}"`}, expected ${expected}`);
    return null;
  };
  const duration = (flag: 'history' | 'fault-for', usualMs: number, leastMs: number, mostMs: number): number => {
    const text = values[flag];
    if (text === undefined) return usualMs;
    const ms = parseDurationMs(text);
    if (ms !== undefined && ms >= leastMs && ms <= mostMs) return ms;
    refuse(flag, text, 'a duration such as 75m or 2h, at most 24h');
    return usualMs;
  };
  const factor = (flag: 'speed' | 'load', most: number): number | null => {
    const text = values[flag];
    if (text === undefined) return null;
    const value = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
    if (value > 0 && value <= most) return value;
    return refuse(flag, text, `a number above 0, at most ${most.toLocaleString('en-US')}`);
  };

  const names = [...listFaults().map((fault) => fault.name), NO_FAULT];
  if (values.fault === undefined || !names.includes(values.fault)) {
    refuse('fault', values.fault, `one of ${names.join(', ')}`);
  }
  const url = readUrl(values.url);
  if (typeof url === 'string') refuse('url', values.url, url);
  const target = TARGET_KINDS.find((kind) => kind === values.target) ?? null;
  if (values.target !== undefined && target === null) refuse('target', values.target, TARGET_KINDS.join(' or '));
  const seed = values.seed ?? '1';
  if (!/^\d{1,9}$/.test(seed)) refuse('seed', seed, 'a whole number from 0');
  const historyMs = duration('history', DEFAULT_HISTORY_MS, 0, LIMITS.historyMs);
  const faultMs = duration('fault-for', DEFAULT_FAULT_MS, SECOND_MS, LIMITS.faultMs);
  const speed = factor('speed', LIMITS.speed);
  if (speed !== null && speed <= 1) refuse('speed', values.speed, 'more than 1, or history never reaches the present');
  const load = factor('load', LIMITS.load) ?? 1;
  if (values.token === '') refuse('token', values.token, 'the token of a source');
  const indices = {
    logs: values['logs-index'],
    spans: values['spans-index'],
    metrics: values['metrics-index'],
  };
  for (const [kind, name] of Object.entries(indices)) {
    if (!INDEX_NAME.test(name)) refuse(`${kind}-index`, name, 'the name of one index, in lower case');
  }
  if (problems.length > 0 || typeof url === 'string' || values.fault === undefined) {
    return { kind: 'invalid', problems };
  }
  const { fault } = values;
  const token = values.token ?? null;
  return {
    kind: 'run',
    flags: { fault, url, target, seed: Number(seed), historyMs, faultMs, speed, load, token, indices },
  };
};

/** The address, or in words what is expected of one. */
const readUrl = (text: string | undefined): URL | string => {
  const url = text === undefined ? null : URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return 'an address such as http://127.0.0.1:8787';
  if (url.username !== '' || url.password !== '') {
    return 'an address without a password in it: ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD hold one';
  }
  if (url.search !== '' || url.hash !== '') return 'an address without ? or #';
  return url;
};

export const simulateHelp = (): string =>
  [
    'npm run simulate -- --fault NAME --url ADDRESS [flags]',
    '',
    'Feeds a simulated shop to a running Sentinel or Elasticsearch: first its history, then, on the wall',
    'clock, what happens from now on. The fault begins when the command is given. Ctrl-C ends it.',
    '',
    '  --fault NAME          what breaks; see below',
    '  --url ADDRESS         of Sentinel (its HTTP server) or of Elasticsearch',
    '  --target KIND         sentinel or elasticsearch; asked of the address if left out',
    '  --seed N              another seed is another day in the shop (default 1)',
    '  --history DURATION    healthy traffic before the fault (default 75m)',
    '  --fault-for DURATION  how long it lasts (default 8m)',
    '  --speed N             feed history at N times the wall clock (default: as fast as it is taken)',
    '  --load N              times the usual number of customers (default 1)',
    '  --token TOKEN         of a source of Sentinel; better in SENTINEL_INGEST_TOKEN, where no process list shows it',
    '  --logs-index, --spans-index, --metrics-index NAME',
    '                        in Elasticsearch (default app-logs, app-spans, app-metrics)',
    '',
    'Elasticsearch takes ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD.',
    '',
    'Faults:',
    ...describeFaults().map((line) => `  ${line}`),
  ].join('\n');

/** How rows of one kind are read. */
export interface Profile {
  /** What tells that rows are of this kind, and stands in the first line. */
  readonly head: readonly string[];
  /** Below it, without its name. */
  readonly text: string | null;
  /** What comes first of the rest. */
  readonly first: readonly string[];
}

// Of whole rows, what a responder reads first: a store gives their columns in the order of the alphabet.
const PROFILES: readonly Profile[] = [
  { head: ['@timestamp', 'service.name', 'level'], text: 'message', first: ['status_code', 'duration_ms', 'trace.id'] },
  { head: ['@timestamp', 'service.name', 'status'], text: 'span.name', first: ['duration_ms', 'trace.id'] },
  { head: ['@timestamp', 'metric.name', 'value'], text: null, first: ['service.name', 'unit'] },
  { head: ['@timestamp', 'service.name'], text: 'message', first: [] },
  { head: ['@timestamp', 'level'], text: 'message', first: [] },
  { head: ['@timestamp'], text: 'message', first: [] },
];

export const TIME = '@timestamp';
/** The text of log lines. */
export const MESSAGE = 'message';

/** Null: rows of no kind that is known. */
export const findProfile = (names: readonly string[]): Profile | null =>
  PROFILES.find(
    ({ head, text }) => head.every((name) => names.includes(name)) && (text === null || names.includes(text)),
  ) ?? null;

import type { KindOfValues } from './kind-of-values.ts';
import type { FieldType, Schema } from '#esql/schema.ts';
import type { SpokenTime } from './read-time.ts';
import type { Word } from './read-words.ts';
import type { TimeGround } from './read-point.ts';

export type Index = 'logs' | 'spans' | 'metrics';

/** Conditions about the same thing are alternatives: two services mean either. */
export type Topic =
  | 'service'
  | 'call'
  | 'endpoint'
  | 'level'
  | 'status'
  | 'host'
  | 'trace'
  | 'metric'
  | 'outcome'
  | 'duration'
  | 'text'
  | 'field';

/** The key by which messages of a kind fall together. */
export const PATTERN = 'pattern = CATEGORIZE(message)';

/** What is computed: ES|QL aggregates with their names. */
export interface Measure {
  readonly aggregates: readonly string[];
  /** An EVAL after them; null for none. */
  readonly computed: string | null;
  /** The column by which groups are ordered, most first. */
  readonly orderBy: string;
  /** The field that it needs; null for none. */
  readonly field: string | null;
  /** Only rows with this are measured; null for all. */
  readonly of: string | null;
  /** The aggregates over spans, where those tell it by other fields. */
  readonly aggregatesOfSpans?: readonly string[];
}

/** What rows are grouped by. */
export interface GroupKey {
  /** For people. */
  readonly name: string;
  readonly field: string;
  readonly esql: string;
  /** ES|QL: only these rows are meant, as those that have a value where it is asked which there are. */
  readonly needs?: string;
  /** Of time, "per minute" and not "by minute": what comes in each is added up. */
  readonly isPer?: true;
  /** "per second": buckets of a minute, and in each the mean of its seconds. */
  readonly isPerSecond?: true;
}

/** For people, and more than was said: "by service" alone would repeat it. */
export const groupedBy = (name: string): string => `grouped by ${name}`;

export type Part =
  | {
      readonly kind: 'noise';
      /** Proposed where nothing else is asked for. */ readonly areErrorsInstead?: true;
      /** No services are meant besides those that are named. */ readonly areAllServices?: true;
    }
  | {
      readonly kind: 'index';
      readonly index: Index;
      /** Spans are meant by what they are of. */ readonly areTraces?: true;
    }
  | {
      readonly kind: 'condition';
      readonly about: Topic;
      readonly field: string;
      readonly esql: string;
      /** The same over spans, where those tell it by another field. */
      readonly ofSpans?: string;
      readonly areErrorsInstead?: true;
      /** Of calls, by what they are grouped. */
      readonly callsBy?: GroupKey;
      /** No other index tells it. */
      readonly isOfSpans?: true;
      readonly isNegated?: boolean;
      /** The metric that it names, and whether in full. */
      readonly metric?: { readonly name: string; readonly isWhole: boolean; readonly kind: KindOfValues };
      /** Of a length of time: it is not said of requests, so that of a measure it bounds what is computed. */
      readonly isBare?: true;
    }
  | { readonly kind: 'time'; readonly time: SpokenTime }
  | { readonly kind: 'measure'; readonly measure: Measure }
  | (GroupKey & { readonly kind: 'group'; readonly ofSpans?: GroupKey })
  /** Of what was computed, as HAVING would have it. */
  | { readonly kind: 'having'; readonly esql: string }
  | { readonly kind: 'over-time' }
  /** "top" means the most of what has no other order. */
  | { readonly kind: 'order'; readonly by: 'slowest' | 'newest' | 'oldest' | 'most' | 'top' }
  | { readonly kind: 'limit'; readonly rows: number };

/** Some words of the question, and what they were taken for. */
export interface Phrase {
  readonly said: string;
  /** For people; null where it was not understood. */
  readonly means: string | null;
  /** False for a guess: nothing of the question runs before somebody says that it was meant. */
  readonly isSure: boolean;
  readonly part: Part;
}

/** A rule's answer: how many words it took. */
export interface Found extends Omit<Phrase, 'said'> {
  readonly used: number;
}

export interface Ground extends TimeGround {
  /** As telemetry names them. */
  readonly services: readonly string[];
  readonly metrics: readonly string[];
  /** Of the values of those metrics whose senders tell; the names of the others may tell. */
  readonly metricKinds: ReadonlyMap<string, KindOfValues>;
  readonly schema: Schema;
  /** ES|QL condition: which requests failed. */
  readonly failedExpression: string;
}

/** What the words from there on mean; null where the rule does not know them. */
export type Rule = (words: readonly Word[], at: number, ground: Ground) => Found | null;

export const textAt = (words: readonly Word[], at: number): string => {
  const word = words[at];
  return word === undefined || word.isQuoted ? '' : word.text;
};

const FIELDS: Readonly<Record<Exclude<Topic, 'field' | 'endpoint'>, string>> = {
  service: 'service.name',
  call: 'peer.service',
  level: 'level',
  status: 'status_code',
  host: 'host.name',
  trace: 'trace.id',
  metric: 'metric.name',
  outcome: 'duration_ms',
  duration: 'duration_ms',
  text: 'message',
};

/** The type of a field in the first index that has it. */
export const typeOfField = (schema: Schema, name: string): FieldType | undefined => {
  for (const { fields } of schema.values()) if (fields.has(name)) return fields.get(name);
  return undefined;
};

export const condition = (
  about: Exclude<Topic, 'field' | 'endpoint'>,
  esql: string,
  means: string,
  used: number,
  ofSpans?: string,
): Found => ({
  part: { kind: 'condition', about, field: FIELDS[about], esql, ...(ofSpans === undefined ? {} : { ofSpans }) },
  means,
  isSure: true,
  used,
});

export const FAILED_SPAN = 'status == "error"';
/** A request as whoever answered it saw it; other spans are parts of it. */
export const ANSWERED_SPAN = 'span.kind == "server"';

export const ofKind = <K extends Part['kind']>(
  parts: readonly Part[],
  kind: K,
): readonly Extract<Part, { kind: K }>[] =>
  parts.filter((part): part is Extract<Part, { kind: K }> => part.kind === kind);

import type { FieldType, Schema } from '#esql/schema.ts';
import type { SpokenTime } from './read-time.ts';
import type { Word } from './read-words.ts';
import type { TimeGround } from './read-point.ts';

export type Index = 'logs' | 'spans' | 'metrics';

/** Conditions about the same thing are alternatives: two services mean either. */
export type Topic =
  | 'service'
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

export type Part =
  | { readonly kind: 'noise' }
  | { readonly kind: 'index'; readonly index: Index }
  | {
      readonly kind: 'condition';
      readonly about: Topic;
      readonly field: string;
      readonly esql: string;
      /** The same over spans, where those tell it by another field. */
      readonly ofSpans?: string;
      readonly isNegated?: boolean;
    }
  | { readonly kind: 'time'; readonly time: SpokenTime }
  | { readonly kind: 'measure'; readonly measure: Measure }
  | { readonly kind: 'group'; readonly name: string; readonly field: string; readonly esql: string }
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

const FIELDS: Readonly<Record<Exclude<Topic, 'field'>, string>> = {
  service: 'service.name',
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
  about: Exclude<Topic, 'field'>,
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

export const ofKind = <K extends Part['kind']>(
  parts: readonly Part[],
  kind: K,
): readonly Extract<Part, { kind: K }>[] =>
  parts.filter((part): part is Extract<Part, { kind: K }> => part.kind === kind);

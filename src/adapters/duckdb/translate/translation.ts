import type { StatsStep } from '#esql/plan.ts';
import type { FieldType } from '#esql/schema.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { EmitContext } from './emitters/emitter.ts';
import type { FailureSite } from './failures/find-failures.ts';
import type { SelectBuilder } from './steps/select-builder.ts';

/** Where an index's rows are: SQL, with identifiers quoted by the one who gives it. */
export interface IndexSource {
  readonly table: string;
  column(field: string, type: FieldType): string;
}

/** A change of the series of a CHANGE_POINT: the row's number in the order of the key, from 1. */
export interface FoundChange {
  readonly row: number;
  readonly kind: string;
  readonly pValue: number;
}

export interface Translation {
  readonly builder: SelectBuilder;
  readonly context: EmitContext;
  readonly used: ReadonlySet<number>;
  readonly range: TimeWindow | undefined;
  readonly sources: (index: string) => IndexSource;
  /** Called for each place where an aggregate may fail. */
  readonly onAggregateFailure: (site: FailureSite) => void;
  /** Called when the rows of a STATS have their groups, which its aggregates may use. */
  readonly onGroups: (step: StatsStep) => void;
  /** Called when the groups of a STATS have their aggregates, before rows take them. */
  readonly onAggregated: (step: StatsStep) => void;
  /** What CHANGE_POINTs found, in the order of the query; taken one by one. */
  readonly changes: (FoundChange | null)[];
  /** ORDER BY of the rows so far; empty where their order is undefined. */
  order: readonly string[];
  /** Orders groups that the order leaves equal: each time the same, so that pages neither lose nor repeat one. */
  ties: readonly string[];
  /** The rows so far come of a ROW, or a LIMIT bounds them. */
  areFew: boolean;
}

import type { Expression } from '../ast.ts';
import type { Checking, Scope } from './checking.ts';
import type { PlannedAggregate, PlannedColumn, TypedExpression } from '../plan.ts';

/** A grouping key, by its name and by the shape of its expression. */
export interface GroupKey {
  readonly name: string | undefined;
  readonly shape: string;
  readonly column: PlannedColumn;
}

/** What STATS collects while its expressions are checked. */
export interface StatsCollector {
  readonly groups: readonly GroupKey[];
  readonly aggregates: PlannedAggregate[];
}

export type Place =
  /** Outside STATS, or in its BY, or in the filter of an aggregate. */
  | {
      readonly kind: 'row';
      readonly isCondition?: true;
      /** In the condition of a join: the columns of the lookup index, which are all that is searched. */
      readonly lookup?: ReadonlySet<number>;
    }
  | { readonly kind: 'group' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'aggregate-argument'; readonly collector: StatsCollector; readonly aggregate: string }
  /** Around aggregates: only groups and aggregates may stand here. */
  | { readonly kind: 'aggregate-output'; readonly collector: StatsCollector; readonly filter: TypedExpression | null };

export interface ExpressionContext {
  readonly checking: Checking;
  readonly scope: Scope;
  readonly place: Place;
  /** The function whose argument is checked. */
  readonly inside?: string;
  /** Checks an expression inside the one at hand; given, so that no file needs its own user. */
  readonly check: (context: ExpressionContext, expression: Expression) => TypedExpression | undefined;
}

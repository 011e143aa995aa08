import type { QueryAnswer } from '#ports/telemetry-store.ts';
import type { ColumnRoles } from './column-roles.ts';

/** An answer with what is known of how it came to be. */
export interface ShapedAnswer {
  readonly answer: Pick<QueryAnswer, 'columns' | 'rows'>;
  /** Columns that tell the rows apart. */
  readonly keys: readonly string[];
  /** Columns that count rows: where a group is missing, there were none. */
  readonly counts: readonly string[];
  readonly roles: ColumnRoles;
  /** The time that was searched; null: since the beginning. */
  readonly searchedTime: { readonly from: Date | null; readonly to: Date };
  /** Else it computes with what it was given. */
  readonly readsTelemetry: boolean;
}

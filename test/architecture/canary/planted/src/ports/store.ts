import type { FieldName } from '#esql/schema.ts';
import type { Clock } from '#kernel/clock.ts';

export interface Store {
  readonly clock: Clock;
  read(field: FieldName): Promise<number>;
}

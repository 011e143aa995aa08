import type { Generated } from 'kysely';
import type { Clock } from '#kernel/clock.ts';

export interface Row {
  readonly id: Generated<string>;
  readonly clock: Clock;
}

// expects: boundaries(dependencies)
import { sql } from 'kysely';

export const one = sql`1`;

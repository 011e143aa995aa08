// expects: boundaries(dependencies)
import type { Row } from '#database/schema.ts';

export type Kept = Row;

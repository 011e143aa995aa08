// expects: boundaries(dependencies)
import type { Store } from '#ports/store.ts';

export type Kept = Store;

// expects: boundaries(dependencies)
import { createSentinel } from '#app.ts';

export const create = createSentinel;

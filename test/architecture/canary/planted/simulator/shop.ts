import type { Clock } from '../src/kernel/clock.ts';

export const sell = (clock: Clock): Date => clock.now();

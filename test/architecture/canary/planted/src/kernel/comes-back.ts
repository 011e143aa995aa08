// expects: import(no-cycle)
import { around } from './goes-around.ts';

export const back = (): number => around();

// expects: import(no-cycle)
import { back } from './comes-back.ts';

export const around = (): number => back();

import { measureScorer } from './detection/scorer-speed.ts';
import { printResult } from './machine.ts';

/** Windows scored in a second, on one thread. */

printResult({ ...measureScorer() });

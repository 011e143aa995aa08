import { seededRandom } from '#kernel/random.ts';
import { inventFailingLine, inventOrdinaryLine } from './invented-lines.ts';
import { printResult } from './machine.ts';
import { measureSpeed } from './patterns/measure.ts';

/** Lines grouped into patterns in a second, on one thread, of invented lines that hardly repeat. */

const LINES = 320_000;
const FAILED_SHARE = 0.1;

const random = seededRandom(1);
const lines = Array.from({ length: LINES }, () =>
  random() < FAILED_SHARE ? inventFailingLine(random) : inventOrdinaryLine(random),
);
const { linesPerSecond, linesPerCpuSecond } = measureSpeed([{ lines }]);
printResult({ linesPerSecond, linesPerCpuSecond, distinctLines: new Set(lines).size, lines: LINES });

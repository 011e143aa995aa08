import { seededRandom } from '#kernel/random.ts';
import { inventFailing, inventOrdinary } from './invented-lines.ts';
import { printResult } from './machine.ts';
import { measureAccuracy, measureSpeed } from './patterns/measure.ts';
import { roundTo } from './timed.ts';

/** Lines grouped into patterns in a second, on one thread, of invented lines that hardly repeat; and how well. */

const LINES = 320_000;
const FAILED_SHARE = 0.1;
const SAMPLES = 16;
const SAMPLE_LINES = 2_000;

const random = seededRandom(1);
const invented = Array.from({ length: LINES }, () =>
  random() < FAILED_SHARE ? inventFailing(random) : inventOrdinary(random),
);
const lines = invented.map(({ text }) => text);
const groups = invented.map(({ form }) => form);
// Of as many lines at once as the files of labelled data have.
const accuracies = Array.from({ length: SAMPLES }, (_, at) => {
  const [from, to] = [at * SAMPLE_LINES, (at + 1) * SAMPLE_LINES];
  return measureAccuracy({ lines: lines.slice(from, to), groups: groups.slice(from, to) });
});
const groupingAccuracy = roundTo(accuracies.reduce((sum, share) => sum + share, 0) / SAMPLES, 3);
const { linesPerSecond, linesPerCpuSecond } = measureSpeed([{ lines }]);
printResult({
  linesPerSecond,
  linesPerCpuSecond,
  groupingAccuracy,
  distinctLines: new Set(lines).size,
  lines: LINES,
});

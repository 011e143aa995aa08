import { describeMachine } from './machine.ts';
import { findSystems } from './patterns/find-systems.ts';
import { measureAccuracy, measureSpeed } from './patterns/measure.ts';
import { readOptions, refuse } from './read-options.ts';

/**
 * How well and how fast log messages are grouped, on labelled data that the user has: any folder with
 * <System>_2k.log_structured.csv files (columns Content, EventId), as Loghub-2k comes. Flags: --data, --json.
 */

const values = readOptions({ data: { type: 'string' }, json: { type: 'boolean', default: false } });
const folder =
  values.data ?? refuse('Say where the data is: npm run bench:patterns -- --data <folder of Loghub-2k> [--json]');

const round = (share: number): number => Math.round(share * 1e4) / 1e4;

try {
  const { systems, unread } = await findSystems(folder);
  for (const problem of unread) console.error(problem);
  if (unread.length > 0) process.exitCode = 1;
  if (systems.length === 0) process.exit();
  const accuracies = systems.map((system) => [system.name, measureAccuracy(system)] as const);
  const meanGroupingAccuracy = round(accuracies.reduce((sum, [, share]) => sum + share, 0) / accuracies.length);
  const { linesPerSecond, linesPerCpuSecond } = measureSpeed(systems);
  const bySystem = Object.fromEntries(accuracies.map(([name, share]) => [name, round(share)]));
  const machine = describeMachine();
  if (values.json) {
    console.log(
      JSON.stringify({ meanGroupingAccuracy, linesPerSecond, systems: bySystem, linesPerCpuSecond, machine }),
    );
  } else {
    console.table(bySystem);
    console.table({ meanGroupingAccuracy, linesPerSecond, linesPerCpuSecond, machine });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

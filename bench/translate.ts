import { HOUR_MS } from '#kernel/duration.ts';
import { translateEmbedded } from '#app/translate-embedded.ts';
import { checkQuery } from '#esql/check-query.ts';
import type { Schema } from '#esql/schema.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import { printResult } from './machine.ts';
import { TYPICAL_QUERIES } from './queries/typical.ts';
import { quantileOf, roundTo, timed } from './timed.ts';

/**
 * Milliseconds from the text of a query to the SQL that runs it and the SQL that finds what it could not
 * compute: parse, check, translate. Warm, and for the first queries of a process.
 */

const ROUNDS = 200;
const WARM_UP_ROUNDS = 50;
const NOW = new Date('2026-11-21T02:18:00Z');

const schema: Schema = new Map(Object.entries(TELEMETRY_SCHEMA));
const options = {
  schema,
  now: NOW,
  range: { from: new Date(NOW.getTime() - HOUR_MS), to: NOW },
  sources: (index: string) => ({ table: index, column: (field: string) => `"${field}"` }),
};

const translate = (query: string): readonly string[] => translateEmbedded(checkQuery(query, { schema }), options);

const timeEach = (): readonly number[] =>
  TYPICAL_QUERIES.map((query) => {
    const startedMs = performance.now();
    translate(query);
    return performance.now() - startedMs;
  });

const cold = timeEach();
for (let round = 0; round < WARM_UP_ROUNDS; round += 1) timeEach();
const rounds: (readonly number[])[] = [];
const { cpuMs } = await timed(() => {
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(timeEach());
});
const medians = TYPICAL_QUERIES.map((query, at) => ({
  query,
  ms: quantileOf(
    rounds.map((times) => times[at] ?? Number.NaN),
    0.5,
    3,
  ),
}));
if (process.argv.includes('--all')) console.error(medians.map(({ query, ms }) => `${ms}  ${query}`).join('\n'));
const warm = rounds.flat();
printResult({
  queries: TYPICAL_QUERIES.length,
  warmMsP50: quantileOf(warm, 0.5, 3),
  warmMsP95: quantileOf(warm, 0.95, 3),
  warmMsSlowestQuery: Math.max(...medians.map(({ ms }) => ms)),
  warmCpuMsMean: roundTo(cpuMs / warm.length, 3),
  coldFirstMs: roundTo(cold[0], 2),
  coldMsP50: quantileOf(cold, 0.5, 2),
  coldMsMax: quantileOf(cold, 1, 2),
});

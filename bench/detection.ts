import { printTables, toJson } from './detection/report.ts';
import { planWork } from './detection/plan-work.ts';
import { runWork } from './detection/run-work.ts';
import { measureScorer } from './detection/scorer-speed.ts';
import { runThroughStore } from './detection/through-store.ts';
import { readOptions } from './read-options.ts';

/**
 * How often detection wakes somebody for nothing, and how soon it finds what is wrong, beside the
 * reference rule on the same traffic. Flags: --service-days, --episodes, --shop-seeds, --seed, --threads, --json.
 */

const values = readOptions({
  'service-days': { type: 'string', default: '120' },
  episodes: { type: 'string', default: '40' },
  'shop-seeds': { type: 'string', default: '3' },
  seed: { type: 'string', default: '1' },
  threads: { type: 'string' },
  json: { type: 'boolean', default: false },
});

const size = {
  serviceDays: Number(values['service-days']),
  episodes: Number(values.episodes),
  shopSeeds: Number(values['shop-seeds']),
  seed: Number(values.seed),
};
const work = planWork(size);
const startedAt = performance.now();
const done = await runWork(work, {
  ...(values.threads === undefined ? {} : { threads: Number(values.threads) }),
  onProgress: (count) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${count} of ${work.length}`);
  },
});
if (process.stderr.isTTY) process.stderr.write('\r');
const throughStore = await runThroughStore(size.seed);
const speed = measureScorer();
const seconds = Math.round((performance.now() - startedAt) / 1_000);
const report = { done, size, seconds, speed, throughStore };
if (values.json) console.log(JSON.stringify(toJson(report)));
else printTables(report);

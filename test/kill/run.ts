import { parseArgs } from 'node:util';
import { describeMachine } from '../../bench/machine.ts';
import { createTestDatabase, startTestPostgres, startPrivateRedis } from '../support/servers.ts';
import { type KillReport, runKills } from './kill-loop.ts';

/** npm run test:kill [-- --times 1000] [--json]: how many incidents a killed process loses or posts twice. */
const DEFAULT_TIMES = 30;
const PROGRESS_EVERY = 10;

const { values } = parseArgs({ options: { times: { type: 'string' }, json: { type: 'boolean' } } });
const times = Number(values.times ?? DEFAULT_TIMES);

const run = async (): Promise<KillReport> => {
  const postgres = await startTestPostgres();
  const redis = await startPrivateRedis();
  if (postgres.url === null || redis.url === null) {
    throw new Error([postgres, redis].flatMap((server) => (server.url === null ? [server.reason] : [])).join('; '));
  }
  const { url: databaseUrl, drop } = await createTestDatabase(postgres.url);
  try {
    const onKill = (done: number): void => {
      if (done % PROGRESS_EVERY === 0) console.error(`${done} of ${times} killed`);
    };
    return await runKills({ random: Math.random, onKill }, { databaseUrl, redisUrl: redis.url }, times);
  } finally {
    await drop();
    await redis.stop();
    await postgres.stop();
  }
};

if (!Number.isInteger(times) || times < 1) {
  throw new Error(`--times takes a whole number from 1, not ${String(values.times)}.`);
}
const report = await run();
const machine = describeMachine();
if (values.json) console.log(JSON.stringify({ ...report, machine }));
else {
  const { kills, lost, twice, problems, ...counts } = report;
  console.table({ ...kills, ...counts, lost: lost.length, twice: twice.length, problems: problems.length, machine });
  for (const text of [...lost, ...twice, ...problems]) console.log(text);
}
process.exitCode = report.lost.length + report.twice.length + report.problems.length > 0 ? 1 : 0;

import type { Readable } from 'node:stream';
import { createReplay, createTally, type IngestTally, type Replay, type ReplayDeps } from '../app/create-replay.ts';
import type { WatchSettings } from '../config.ts';
import { createGapCollection, type GapCollection } from './collect-gaps.ts';
import { type Coverage, createCoverage } from './coverage.ts';
import { InputFault, type OpenInput, openInput } from './open-input.ts';
import { type CheckPlan, MOST_CHECKS, planChecks } from './plan-checks.ts';
import type { Progress } from './progress.ts';
import type { ReplayFlags } from './read-flags.ts';
import { type RefusedLine, type ReplayReport, reportAnomaly, reportIncident } from './report.ts';
import { count, time } from './words.ts';
import { writeNotes } from './write-notes.ts';

export interface RunDeps extends ReplayDeps {
  readonly stdin: Readable;
  readonly progress: Progress;
}

interface LoadedInput {
  readonly input: OpenInput;
  readonly index: 'logs' | 'spans';
  readonly tally: IngestTally;
}

const MOST_REFUSALS = 5;

/** Loads, checks and reports. Throws InputFault for input that is of no use, AppError for faults of the stores. */
export const runReplay = async (
  { stdin, progress, openState }: RunDeps,
  flags: ReplayFlags,
  configured: WatchSettings,
): Promise<ReplayReport> => {
  const stepMs = flags.stepMs ?? configured.detection.intervalMs;
  const { cooldownMs } = configured.incidents;
  const resolveAfterMs = flags.resolveAfterMs === undefined ? cooldownMs : flags.resolveAfterMs;
  const settings = { ...configured, detection: { ...configured.detection, intervalMs: stepMs }, resolveAfterMs };
  const open = (paths: readonly string[], index: 'logs' | 'spans'): readonly LoadedInput[] =>
    paths.map((path) => ({ input: openInput(path, stdin), index, tally: createTally() }));
  const inputs = [...open(flags.logs, 'logs'), ...open(flags.spans, 'spans')];

  const replay = await createReplay({ openState }, settings);
  try {
    const coverage = createCoverage();
    const leftOut = await loadAll(replay, inputs, coverage, rangeOf(flags, configured), progress);
    requireRows(inputs, coverage);
    const fromMs = flags.from?.getTime() ?? null;
    const times = { stepMs, lagMs: settings.detection.lagMs, fromMs, toMs: flags.to?.getTime() ?? null };
    const plan = planChecks(coverage, times);
    requireChecks(plan, coverage);
    const gaps = await checkAll(replay, plan, progress);
    progress.end();
    const { anomalies, incidents } = await replay.findings();
    const notes = writeNotes({
      coverage,
      plan,
      broken: inputs.flatMap(({ input }) => (input.isBroken() ? [input.path] : [])),
      fromMs,
      hasSpans: inputs.some(({ index, tally }) => index === 'spans' && tally.accepted > 0),
      hasCalls: Object.values(settings.services).some(({ calls }) => calls.length > 0),
      resolveAfterMs: incidents.some(({ resolved }) => resolved !== null) ? resolveAfterMs : null,
    });
    return {
      ticks: plan.checks.length,
      from: new Date(plan.checks[0] ?? 0).toISOString(),
      to: new Date(plan.checks.at(-1) ?? 0).toISOString(),
      stepSeconds: stepMs / 1000,
      lines: {
        read: sum(inputs, ({ tally }) => tally.lines),
        kept: sum(inputs, ({ tally }) => tally.accepted),
        leftOut,
        refused: sum(inputs, ({ tally }) => tally.rejectedCount),
        refusals: inputs.flatMap(refusalsOf),
      },
      services: [...coverage.services()]
        .map(([service, counts]) => ({ service, ...counts }))
        .toSorted((a, b) => (a.service < b.service ? -1 : 1)),
      notes,
      gaps: gaps.list(),
      anomalies: anomalies.map(reportAnomaly),
      incidents: incidents.map(reportIncident),
    };
  } finally {
    progress.end();
    await replay.close();
  }
};

const sum = (inputs: readonly LoadedInput[], of: (input: LoadedInput) => number): number =>
  inputs.reduce((total, input) => total + of(input), 0);

const refusalsOf = ({ input, tally }: LoadedInput): readonly RefusedLine[] =>
  tally.rejected.slice(0, MOST_REFUSALS).map(({ line, field, reason }) => ({ file: input.path, line, field, reason }));

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A running Sentinel would remember lines for as long as it keeps them, and none of after the last check. */
const rangeOf = ({ from, to }: ReplayFlags, { retention }: WatchSettings): Range => ({
  fromMs: from === null ? Number.NEGATIVE_INFINITY : from.getTime() - retention.logsMs,
  toMs: to === null ? Number.POSITIVE_INFINITY : to.getTime(),
});

/** Returns how many rows were outside of the range. */
const loadAll = async (
  replay: Replay,
  inputs: readonly LoadedInput[],
  coverage: Coverage,
  range: Range,
  progress: Progress,
): Promise<number> => {
  const sizes = inputs.map(({ input }) => input.size);
  const total = sizes.every((size) => size !== null) ? sizes.reduce((all, size) => all + size, 0) : null;
  let leftOut = 0;
  let rows = 0;
  const show = (): void => {
    const bytes = sum(inputs, ({ input }) => input.bytesRead());
    progress.show('reading', total === null ? null : bytes / Math.max(1, total), `${count(rows)} lines`);
  };
  for (const { input, index, tally } of inputs) {
    await replay.load({
      index,
      body: input.body,
      tally,
      isWanted: (row) => {
        rows += 1;
        if (rows % 1000 === 0) show();
        if (row.timestampMs < range.fromMs || row.timestampMs > range.toMs) {
          leftOut += 1;
          return false;
        }
        if (index === 'logs') coverage.add(row);
        return true;
      },
    });
  }
  return leftOut;
};

const requireRows = (inputs: readonly LoadedInput[], coverage: Coverage): void => {
  const logs = inputs.filter(({ index }) => index === 'logs');
  const names = logs.map(({ input }) => (input.path === '-' ? 'standard input' : input.path)).join(', ');
  const lines = sum(logs, ({ tally }) => tally.lines);
  if (lines === 0) throw new InputFault(`There are no lines in ${names}.`);
  if (sum(logs, ({ tally }) => tally.accepted) > 0 && coverage.rows > 0) return;
  const [first] = logs.flatMap(refusalsOf);
  if (!first) throw new InputFault(`No line of ${names} is between --from and --to.`);
  throw new InputFault(
    `None of the ${count(lines)} lines of ${names} can be used: in line ${first.line}, ${first.reason}. Each needs at least @timestamp and service.name, as JSON.`,
  );
};

const requireChecks = (plan: CheckPlan, { firstMs, lastMs }: Coverage): void => {
  const span = `The lines are from ${time(firstMs ?? 0)} to ${time(lastMs ?? 0)} UTC`;
  if (plan.isTooLong) {
    throw new InputFault(
      `${span}: more than ${count(MOST_CHECKS)} checks. Narrow the time with --from and --to, or take a larger --step.`,
    );
  }
  if (plan.checks.length === 0) throw new InputFault(`${span}: there is nothing to check between --from and --to.`);
};

const checkAll = async (replay: Replay, { checks }: CheckPlan, progress: Progress): Promise<GapCollection> => {
  const gaps = createGapCollection();
  for (const [done, at] of checks.entries()) {
    const outcome = await replay.check(new Date(at));
    gaps.add(at, outcome.gaps);
    progress.show('checking', (done + 1) / checks.length, `${time(at)} UTC`);
  }
  return gaps;
};

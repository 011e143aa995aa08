import { AppError } from '#kernel/errors.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { type LineFilter, type LogLine, readLines, type ReadLinesDeps } from './read-lines.ts';
import { commonSampling, isSampled, MAX_LINES, type MinuteCount, planSlices, type Sampling } from './sampling.ts';
import type { ByStratum, Stratum } from './strata.ts';
import type { LineTallies } from './tally-lines.ts';

export interface Side {
  readonly of: 'window' | 'baseline';
  readonly span: TimeWindow;
  readonly minutes: readonly MinuteCount[];
  readonly samplings: ByStratum<Sampling>;
  /** Whose length parts of the baseline have. */
  readonly window: TimeWindow;
}

// What bursts in the seconds that are read may bring beyond what is planned for.
const MOST_TIMES_PLANNED = 3;

/** Reads and tallies a side; how many lines were read of each stratum. */
export const tallySide = async (
  deps: ReadLinesDeps,
  filter: LineFilter,
  side: Side,
  tallies: LineTallies,
): Promise<ByStratum<number>> => {
  // Errors last: what was seen least recently is forgotten first where there are too many templates.
  const others = await tallyStratum(deps, filter, side, 'others', tallies);
  return { errors: await tallyStratum(deps, filter, side, 'errors', tallies), others };
};

const tallyStratum = async (
  deps: ReadLinesDeps,
  filter: LineFilter,
  side: Side,
  stratum: Stratum,
  tallies: LineTallies,
): Promise<number> => {
  const { window, samplings } = side;
  const windowMs = window.to.getTime() - window.from.getTime();
  const common = commonSampling(samplings);
  const most = MAX_LINES[stratum][side.of] * MOST_TIMES_PLANNED;
  let count = 0;
  for (const slice of planSlices(side.span, side.minutes, stratum, samplings[stratum])) {
    for await (const lines of pagesOf(deps, filter, slice, stratum, samplings[stratum])) {
      count += lines.length;
      for (const line of lines) {
        const before = window.from.getTime() - line.atMs;
        const part = before > 0 ? Math.ceil(before / windowMs) - 1 : 'window';
        tallies.add(line, part, { stratum, isCommon: isSampled(line.atMs, common) });
      }
      if (count < most) continue;
      if (side.of === 'window') return count;
      // What is missing of it would be called new in the window.
      throw new AppError({ code: 'limit-exceeded', isRetryable: false, userMessage: 'too many lines at once.' });
    }
  }
  return count;
};

/** A page after the other until the lines end; of more than a page in one millisecond the rest is left out. */
async function* pagesOf(
  deps: ReadLinesDeps,
  filter: LineFilter,
  { from, to }: TimeWindow,
  stratum: Stratum,
  sampling: Sampling,
): AsyncGenerator<readonly LogLine[]> {
  for (let at = from; at < to;) {
    const { lines, isCut } = await readLines(deps, filter, { from: at, to }, stratum, sampling);
    const lastMs = lines.at(-1)?.atMs;
    if (!isCut || lastMs === undefined) {
      yield lines;
      return;
    }
    const before = lines.filter(({ atMs }) => atMs < lastMs);
    yield before.length > 0 ? before : lines;
    at = new Date(before.length > 0 ? lastMs : lastMs + 1);
  }
}

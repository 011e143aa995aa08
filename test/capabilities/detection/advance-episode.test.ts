import { describe, expect, it } from 'vitest';
import { advanceEpisode, type Episode, type EpisodeReading } from '#capabilities/detection/advance-episode.ts';
import { addMs } from '#kernel/duration.ts';
import { AT } from './support/service-ticks.ts';

const tick = (index: number): Date => addMs(AT, index * 30_000);

const reading = (changes: Partial<EpisodeReading>): EpisodeReading => ({
  isOpening: false,
  isPaging: false,
  hasPassed: false,
  calm: 'quiet',
  onset: { at: addMs(AT, -60_000), isWithinView: true },
  endedAt: null,
  lastSeenAt: null,
  isGone: false,
  ...changes,
});

const LASTING = reading({ isOpening: true, isPaging: true, calm: 'lasting' });

const opened = (first: EpisodeReading = LASTING): Episode => {
  const step = advanceEpisode(null, first, AT);
  if (step.kind !== 'open') throw new Error('did not open');
  return step.episode;
};

/** Runs readings one tick after the other and returns the last step. */
const run = (episode: Episode, readings: readonly EpisodeReading[]) => {
  let current = episode;
  for (const [index, each] of readings.entries()) {
    const step = advanceEpisode(current, each, tick(index + 1));
    if (step.kind !== 'open') return { step, ticks: index + 1 };
    current = step.episode;
  }
  return { step: { kind: 'open' as const, episode: current }, ticks: readings.length };
};

describe('advanceEpisode', () => {
  it('stays closed while nothing opens it', () => {
    expect(advanceEpisode(null, reading({}), AT)).toEqual({ kind: 'none' });
  });

  it('closes after ten quiet ticks running, since the first of them', () => {
    const { step, ticks } = run(
      opened(),
      Array.from({ length: 20 }, () => reading({})),
    );
    expect(ticks).toBe(10);
    expect(step).toEqual({ kind: 'closed', quietSince: tick(1), isGone: false });
  });

  it('is back since the bad rows ended, not since the tick that saw it', () => {
    const ended = (at: Date): readonly EpisodeReading[] =>
      Array.from({ length: 10 }, (_, index) => reading({ endedAt: index === 0 ? at : tick(index) }));
    const end = addMs(AT, -20_000);
    expect(run(opened(), ended(end)).step).toMatchObject({ kind: 'closed', quietSince: end });
    const beforeItBegan = addMs(AT, -300_000);
    expect(run(opened(), ended(beforeItBegan)).step).toMatchObject({ quietSince: LASTING.onset.at });
  });

  it('starts counting again when it lasts', () => {
    const nine = Array.from({ length: 9 }, () => reading({}));
    const { step, ticks } = run(opened(), [...nine, reading({ calm: 'lasting' }), ...nine, reading({})]);
    expect(ticks).toBe(20);
    expect(step).toEqual({ kind: 'closed', quietSince: tick(11), isGone: false });
  });

  it('never takes missing data for calm', () => {
    const { step } = run(
      opened(),
      Array.from({ length: 50 }, () => reading({ calm: 'no-data', isGone: true })),
    );
    expect(step).toMatchObject({ kind: 'open', episode: { quietTicks: 0 } });
  });

  it('lets go of a small one whose service is gone', () => {
    const small = opened(reading({ isOpening: true, calm: 'lasting' }));
    const { step } = run(small, [reading({ calm: 'no-data', isGone: true })]);
    expect(step).toMatchObject({ kind: 'closed', isGone: true });
  });

  it('lets go of one that paged, once its service is gone and a person is done with it', () => {
    const gone = reading({ calm: 'lasting', isGone: true, isPaging: true });
    expect(run(opened(), [gone]).step.kind).toBe('open');
    const dismissed = { ...opened(), isDismissed: true };
    expect(run(dismissed, [reading({ calm: 'lasting', isPaging: true })]).step.kind).toBe('open');
    expect(run(dismissed, [gone]).step).toEqual({ kind: 'closed', quietSince: tick(1), isGone: true });
  });

  it('keeps its onset, except that the fault that first pages sets it anew', () => {
    const small = opened(reading({ isOpening: true, calm: 'lasting' }));
    const later = addMs(AT, 500_000);
    const same = run(small, [reading({ calm: 'lasting', onset: { at: later, isWithinView: true } })]);
    expect(same.step).toMatchObject({ episode: { onsetAt: addMs(AT, -60_000) } });
    const paged = run(small, [{ ...LASTING, onset: { at: later, isWithinView: true } }]);
    expect(paged.step).toMatchObject({ episode: { onsetAt: later, hasPaged: true } });
    const slow = run(small, [{ ...LASTING, onset: { at: later, isWithinView: false } }]);
    expect(slow.step).toMatchObject({ episode: { onsetAt: addMs(AT, -60_000), hasPaged: true } });
  });

  it('gives the same object back where nothing changed, so that nothing is written', () => {
    const episode = opened();
    const { step } = run(episode, [LASTING]);
    expect(step.kind === 'open' && step.episode).toBe(episode);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';
import { addMs, SECOND_MS } from '#kernel/duration.ts';
import { NO_FAULT } from '../faults.ts';
import { createProgress } from '../progress.ts';
import { feedShop } from '../run-live.ts';
import { createShop } from '../shop.ts';
import { createTally, deliver } from './deliver.ts';
import { createElasticsearchTarget, type ElasticsearchCredentials } from './elasticsearch-target.ts';
import { findTargetKind } from './find-target.ts';
import type { SimulateFlags } from './flags.ts';
import { createSentinelTarget } from './sentinel-target.ts';
import { describeTruth, summarize } from './summarize.ts';
import type { Target } from './target.ts';
import { createDocumentMaker } from './to-documents.ts';

export interface SimulateDeps {
  readonly clock: Clock;
  readonly out: NodeJS.WriteStream;
  /** Ends the simulation: history stops, a request under way may finish. */
  readonly signal: AbortSignal;
}

export interface SimulateSecrets {
  readonly token: string | null;
  readonly elasticsearch: ElasticsearchCredentials;
}

// How long a request under way may take once the simulation is told to end.
const GRACE_MS = 3 * SECOND_MS;
const STATUS_EVERY_MS = 30 * SECOND_MS;

/**
 * Feeds history, then the present, until told to end; then says what was sent and what was true.
 * Throws SimulateFault for what no second attempt would mend.
 */
export const runSimulate = async (
  deps: SimulateDeps,
  flags: SimulateFlags,
  secrets: SimulateSecrets,
): Promise<void> => {
  const { clock, out } = deps;
  const say = (...lines: readonly string[]): void => void out.write(`${lines.join('\n')}\n`);
  const grace = new AbortController();
  const ending = new AbortController();
  const end = (): void => {
    ending.abort();
    setTimeout(() => grace.abort(), GRACE_MS).unref();
  };
  deps.signal.addEventListener('abort', end, { once: true });
  if (deps.signal.aborted) end();

  const target = await chooseTarget({ clock, signal: grace.signal }, flags, secrets);
  await target.prepare();

  const now = clock.now();
  const shop = createShop({
    seed: flags.seed,
    startAt: addMs(now, -flags.historyMs),
    load: flags.load,
    faults: flags.fault === NO_FAULT ? [] : [{ fault: flags.fault, startAt: now, endAt: addMs(now, flags.faultMs) }],
  });
  const truth = shop.truths[0] ?? null;
  say(`Feeding ${target.name}. Ctrl-C ends it.`, '', ...describeTruth(truth), '');

  const tally = createTally();
  const progress = createProgress(out, 'history');
  const toDocuments = createDocumentMaker(now.getTime().toString(36));
  const wait = (ms: number): Promise<void> => sleep(ms, undefined, { signal: ending.signal }).catch(() => undefined);
  const delivery = {
    target,
    wait,
    isEnding: () => ending.signal.aborted,
    onWait: (reason: string, ms: number) => say(`  waiting ${(ms / SECOND_MS).toFixed(1)} s: ${reason}`),
  };
  const reports = { nextAtMs: 0, refused: 0 };
  const countOf = (): string =>
    `${Object.values(tally.accepted)
      .reduce((sum, count) => sum + count, 0)
      .toLocaleString('en-US')} rows stored, ${tally.refusedCount.toLocaleString('en-US')} refused`;

  const untilEnd = Promise.withResolvers<void>();
  ending.signal.addEventListener('abort', () => untilEnd.resolve(), { once: true });
  if (ending.signal.aborted) untilEnd.resolve();
  try {
    const feed = await feedShop(
      {
        shop,
        clock,
        append: async (batch) => {
          for (const [kind, documents] of toDocuments(batch)) {
            await deliver(delivery, tally, kind, documents);
            if (reports.refused === 0 && tally.refusedCount > 0) say('', `  refused: ${[...tally.refused.keys()][0]}`);
            reports.refused = tally.refusedCount;
          }
          const nowMs = clock.now().getTime();
          if (reports.nextAtMs === 0 || nowMs < reports.nextAtMs) return;
          reports.nextAtMs = nowMs + STATUS_EVERY_MS;
          say(`  ${clock.now().toISOString().slice(11, 19)} ${countOf()}`);
        },
      },
      {
        signal: ending.signal,
        ...(flags.speed === null ? {} : { speed: flags.speed }),
        onProgress: (share) => progress.show(share, countOf()),
        onFault: untilEnd.reject,
      },
    );
    if (!ending.signal.aborted) {
      progress.end(countOf());
      say('  the present, on the wall clock');
      reports.nextAtMs = clock.now().getTime() + STATUS_EVERY_MS;
    }
    try {
      await untilEnd.promise;
    } finally {
      await feed.stop();
    }
  } finally {
    say('', ...summarize(tally, truth, clock.now()));
  }
};

const chooseTarget = async (
  deps: { readonly clock: Clock; readonly signal: AbortSignal },
  flags: SimulateFlags,
  secrets: SimulateSecrets,
): Promise<Target> => {
  const { url, indices } = flags;
  const kind = flags.target ?? (await findTargetKind(url, deps.signal));
  return kind === 'sentinel'
    ? createSentinelTarget(deps, { url, token: flags.token ?? secrets.token })
    : createElasticsearchTarget(deps, { url, indices, credentials: secrets.elasticsearch });
};

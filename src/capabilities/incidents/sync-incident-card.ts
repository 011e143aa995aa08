import { z } from 'zod';
import type { Database } from '#database/state-store.ts';
import type { QueryEvidence } from '#kernel/anomaly.ts';
import type { Clock } from '#kernel/clock.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { requireWithin } from '#kernel/within.ts';
import type { IncidentBoard, IncidentView } from '#ports/incident-board.ts';
import type { JobDefinition, JobOutcome } from '#ports/job-queue.ts';
import type { Logger } from '#ports/logger.ts';
import type { SignalHistory } from '#ports/signal-history.ts';
import { INCIDENT_CARD_SYNC_JOB } from './incident-log.ts';
import { readIncidentView } from './read-incident-view.ts';
import { withLatency } from './with-latency.ts';

export interface SyncIncidentCardDeps extends SignalHistory {
  readonly db: Database;
  readonly clock: Clock;
  readonly board: Pick<IncidentBoard, 'askTurn' | 'showIncident'>;
  readonly logger: Logger;
}

export interface IncidentCardPayload {
  readonly incidentId: string;
}

// A card that waits for its chart comes too late; the next version has it.
const DISPLAY_READ_LIMIT_MS = 3 * SECOND_MS;

const CHART_GAP = 'The chart could not be drawn: telemetry did not answer.';
const LATENCY_GAP = 'p99 could not be read: telemetry did not answer.';

const payloadSchema = z.strictObject({ incidentId: z.uuid() });

/** Makes the board say what the state says now. Safe to run twice, and at any later time. */
export const syncIncidentCard = async (
  deps: SyncIncidentCardDeps,
  { incidentId }: IncidentCardPayload,
): Promise<JobOutcome> => {
  const view = await readIncidentView(deps, incidentId);
  if (!view) {
    deps.logger.warn({ incidentId }, 'an incident to show does not exist');
    return { kind: 'done' };
  }
  const turn = await deps.board.askTurn(view);
  if (turn.kind === 'later') return { kind: 'delayed', until: turn.until };
  const outcome = await deps.board.showIncident(await withDisplayReads(deps, view));
  return outcome.kind === 'later' ? { kind: 'delayed', until: outcome.until } : { kind: 'done' };
};

export const incidentCardSyncJob = (deps: SyncIncidentCardDeps): JobDefinition<IncidentCardPayload> => ({
  name: INCIDENT_CARD_SYNC_JOB,
  queue: 'slack',
  parse: (payload) => payloadSchema.parse(payload),
  run: (payload) => syncIncidentCard(deps, payload),
  attempts: 8,
  backoffMs: SECOND_MS,
  timeoutMs: MINUTE_MS / 2,
  deduplicationKey: ({ incidentId }) => incidentId,
});

const withDisplayReads = async (deps: SyncIncidentCardDeps, view: IncidentView): Promise<IncidentView> => {
  const { lead } = view;
  const { signal } = lead;
  if (signal === 'silence') return view;
  const [chart, latency] = await Promise.all([
    readOrNone(deps, 'chart', () =>
      deps.readSignalChart({
        service: lead.service,
        signal,
        severity: view.severity,
        onsetAt: view.lead.onsetAt,
        recoveredAt: view.recoveredAt,
        noDataSince: view.noDataSince,
        lead,
      }),
    ),
    signal === 'log_match'
      ? { isRead: true, value: null }
      : readOrNone(deps, 'p99', () =>
          deps.readLatencyP99({ service: lead.service, window: lead.window, onsetAt: lead.onsetAt }),
        ),
  ]);
  if (latency.value) await keepDisplayRead(deps, view.id, latency.value.evidence);
  return {
    ...(latency.value === null ? view : withLatency(view, latency.value)),
    chart: chart.value,
    gaps: [...view.gaps, ...(chart.isRead ? [] : [CHART_GAP]), ...(latency.isRead ? [] : [LATENCY_GAP])],
  };
};

/** Before the card says it: no number is shown without what stands behind it. */
const keepDisplayRead = async ({ db, clock }: SyncIncidentCardDeps, incidentId: string, evidence: QueryEvidence) => {
  const read = { read_at: clock.now(), evidence: JSON.stringify(evidence) };
  await db
    .insertInto('display_reads')
    .values({ incident_id: incidentId, ...read })
    .onConflict((conflict) => conflict.column('incident_id').doUpdateSet(read))
    .execute();
};

const readOrNone = async <T>(
  deps: SyncIncidentCardDeps,
  what: string,
  read: () => Promise<T | null>,
): Promise<{ readonly isRead: boolean; readonly value: T | null }> => {
  try {
    return {
      isRead: true,
      value: await requireWithin(DISPLAY_READ_LIMIT_MS, read(), `Reading ${what} took too long.`),
    };
  } catch (error) {
    deps.logger.warn({ what, err: error }, 'A card goes out without a part that could not be read');
    return { isRead: false, value: null };
  }
};

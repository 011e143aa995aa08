import type { Database } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import type { Logger } from '#ports/logger.ts';
import { holdWrites, readHold } from './channel-pace.ts';
import { THREAD_COPY, UPLOADS } from './incident-charts.ts';
import type { SlackApi } from './slack-api.ts';
import { isSlackFault, retryAt, type SlackFault } from './slack-faults.ts';

export interface ForgetChartsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly slack: Pick<SlackApi, 'deleteFile'>;
  readonly logger: Logger;
}

const AT_ONCE = 3;

/**
 * Deletes the pictures of an incident that its card showed before this one; what a thread shows stays. Never
 * throws: what could not be deleted is tried with the next version of the card, a few at a time.
 */
export const forgetReplacedCharts = async (
  deps: ForgetChartsDeps,
  view: IncidentView,
  shownFileId: string,
): Promise<void> => {
  const replaced = await readReplaced(deps, view, shownFileId);
  if (replaced.length === 0 || (await readHold(deps, UPLOADS)) !== null) return;
  for (const { key, file_id: fileId } of replaced) {
    try {
      await deps.slack.deleteFile(fileId);
    } catch (error) {
      if (!isSlackFault(error)) throw error;
      if (!(await answerFault(deps, fileId, error))) return;
    }
    await deps.db.deleteFrom('slack_files').where('key', '=', key).execute();
  }
};

const readReplaced = (deps: ForgetChartsDeps, view: IncidentView, shownFileId: string) =>
  deps.db
    .selectFrom('slack_files')
    .select(['key', 'file_id'])
    .where('incident_id', '=', view.id)
    .where('key', 'not like', `%${THREAD_COPY}`)
    .where('uploaded_at', '<', (files) =>
      files.selectFrom('slack_files').select('uploaded_at').where('file_id', '=', shownFileId),
    )
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('slack_posts')
            .select('slack_posts.key')
            .where('slack_posts.key', '=', `incident-chart:${view.id}`)
            .whereRef('slack_posts.posted_at', '>=', 'slack_files.uploaded_at'),
        ),
      ),
    )
    .orderBy('uploaded_at')
    .limit(AT_ONCE)
    .execute();

/** Whether the file can be forgotten all the same: Slack will not delete it another time either. */
const answerFault = async (deps: ForgetChartsDeps, fileId: string, fault: SlackFault): Promise<boolean> => {
  if (fault.code === 'rejected') return true;
  const until = retryAt(fault, deps.clock.now());
  if (until !== null) await holdWrites(deps, UPLOADS, until);
  else deps.logger.warn({ fileId, err: fault }, 'A chart that is not shown any more could not be deleted');
  return false;
};

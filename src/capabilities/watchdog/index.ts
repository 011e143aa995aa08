export type { DetectionHealth } from './check-detection.ts';
export { forgetNotices } from './forget-notices.ts';
export {
  type Chore,
  HOUSEKEEPING_EVERY_MS,
  HOUSEKEEPING_JOB,
  type HousekeepingDeps,
  housekeepingJob,
} from './run-housekeeping.ts';
export { createStateStoreWatch } from './watch-state-store.ts';
export { watchDetection, type WatchDetectionDeps } from './watch-detection.ts';
export { NoticeNotPosted } from './notice-not-posted.ts';

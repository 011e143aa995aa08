export type { DetectionSettings, SizeFloors } from './detection-settings.ts';
export { DETECTION_TICK_JOB, detectionTickJob } from './detection-tick-job.ts';
export { forgetOldTicks } from './forget-old-ticks.ts';
export { type DetectionStatus, readDetectionStatus } from './read-detection-status.ts';
export { readLatencyP99 } from './read-latency-p99.ts';
export { readSignalChart } from './read-signal-chart.ts';
export type { DetectionDeps, RecordedTick, TickOutcome } from './run-detection-tick.ts';

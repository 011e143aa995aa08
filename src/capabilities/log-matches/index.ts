export { forgetDeliveredMatches } from './forget-delivered-matches.ts';
export { keepMatches } from './keep-matches.ts';
export { readMatchesChart } from './read-matches-chart.ts';
export { LOG_MATCH_EVERY_MS, LOG_MATCH_JOB, type LogMatchDeps, logMatchJob } from './observe-matches.ts';

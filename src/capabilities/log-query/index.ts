export {
  DEFAULT_QUERY_LIMITS,
  type QueryInput,
  type QueryLimits,
  runQuery,
  type RunQueryDeps,
  type RunQueryOutcome,
} from './run-query.ts';

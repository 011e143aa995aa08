export {
  DEFAULT_QUERY_LIMITS,
  type QueryInput,
  type QueryLimits,
  runQuery,
  type RunQueryDeps,
  type RunQueryOutcome,
} from './run-query.ts';
export type { ColumnRoles } from './column-roles.ts';
export { chartAnswer } from './chart-answer.ts';
export { isPattern, keyText, readablePattern } from './key-text.ts';
export type { AddedServices, MeantQuery } from './english/meant-query.ts';
export { readsAllServices } from './mean-services.ts';
export { measureOf } from './measure-of.ts';
export { readSeries, type Series } from './read-series.ts';
export { checkTypedQuery } from './check-typed-query.ts';
export { createKnownNames, type KnownNames } from './known-names.ts';
export { explainQuery } from './explain-query.ts';
export type { Searched } from './count-searched.ts';
export { type AskerLimits, limitAskers, type TooMany } from './limit-askers.ts';
export { splitLevel } from './split-level.ts';
export { splitTime } from './split-time.ts';
export { type Wider, widenQuery, widerThan, withoutTime } from './widen-query.ts';
export { type Csv, writeCsv } from './write-csv.ts';
export {
  type LogRequest,
  type LogRequestOutcome,
  type Question,
  type QuestionOutcome,
  type Understood,
  understandLogRequest,
  understandQuestion,
  type UnderstandQuestionDeps,
} from './understand-question.ts';
export type { NoQuestion } from './no-question.ts';
export type { TranslateQuestionDeps } from './translate-question.ts';
export type { Understanding } from './english/read-question.ts';

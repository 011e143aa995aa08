export {
  DEFAULT_QUERY_LIMITS,
  type QueryInput,
  type QueryLimits,
  runQuery,
  type RunQueryDeps,
  type RunQueryOutcome,
} from './run-query.ts';
export {
  type Question,
  type QuestionOutcome,
  understandQuestion,
  type UnderstandQuestionDeps,
} from './understand-question.ts';
export type { TranslateQuestionDeps } from './translate-question.ts';
export type { Understanding } from './english/read-question.ts';

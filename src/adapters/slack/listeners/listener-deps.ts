import type { AcceptOutcome } from '#capabilities/detection/index.ts';
import type {
  AcknowledgeOutcome,
  IncidentSummary,
  ReopenOutcome,
  ResolveOutcome,
} from '#capabilities/incidents/index.ts';
import type { PatternsInput, ReadPatternsOutcome } from '#capabilities/patterns/index.ts';
import type {
  ReadTraceOutcome,
  ServiceCalls,
  ServiceQuestion,
  SlowSpans,
  Unanswered,
} from '#capabilities/traces/index.ts';
import type {
  LogRequest,
  LogRequestOutcome,
  QueryInput,
  Question,
  QuestionOutcome,
  RunQueryOutcome,
  TooMany,
} from '#capabilities/log-query/index.ts';
import type { Database } from '#database/state-store.ts';
import type { EsqlProblem } from '#esql/errors.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import type { ChartRenderer } from '#ports/chart-renderer.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { StatusView } from '../cards/status-card.ts';
import type { Dialect } from '../dialect.ts';
import type { SlackApi } from '../slack-api.ts';
import type { AccessGuard } from './access-guard.ts';

/** What people can do from Slack: the same functions that every other surface calls. */
export interface SlackCommands {
  acknowledge(number: number, actor: Actor): Promise<AcknowledgeOutcome>;
  resolve(number: number, resolution: string | null, actor: Actor): Promise<ResolveOutcome>;
  reopen(number: number, actor: Actor): Promise<ReopenOutcome>;
  /** What the service does now is its normal. */
  accept(service: string, actor: Actor): Promise<AcceptOutcome>;
  /** Unresolved, worst first. */
  listOpenIncidents(): Promise<{ readonly incidents: readonly IncidentSummary[]; readonly total: number }>;
  findIncidentView(number: number): Promise<IncidentView | null>;
  readPatterns(input: PatternsInput, actor: Actor): Promise<ReadPatternsOutcome | TooMany>;
  readTrace(traceId: string, actor: Actor): Promise<ReadTraceOutcome | TooMany>;
  readServiceCalls(question: ServiceQuestion, actor: Actor): Promise<ServiceCalls | Unanswered | TooMany>;
  readSlowSpans(question: ServiceQuestion, actor: Actor): Promise<SlowSpans | Unanswered | TooMany>;
  runQuery(input: QueryInput, actor: Actor): Promise<RunQueryOutcome | TooMany>;
  /** What keeps a query from running; empty: it can run. */
  checkTypedQuery(text: string): readonly EsqlProblem[];
  /** Plain English becomes ES|QL, which is not run yet. */
  understandQuestion(question: Question, actor: Actor): Promise<QuestionOutcome | TooMany>;
  understandLogRequest(request: LogRequest): Promise<LogRequestOutcome>;
  /** Those that wrote logs lately, the busiest first; empty where they cannot be read. */
  readServiceNames(): Promise<readonly string[]>;
  readStatus(): Promise<StatusView>;
}

export interface ListenerDeps {
  readonly commands: SlackCommands;
  readonly db: Database;
  readonly slack: SlackApi;
  readonly chartRenderer: ChartRenderer;
  readonly access: AccessGuard;
  /** Asked of Slack at most every few minutes. */
  readonly readUser: SlackApi['readUser'];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Between a receipt and the work. */
  readonly nextTurn: () => Promise<void>;
  readonly settings: {
    readonly dialect: Dialect;
    /** Where the cards are, if it is known already. */
    readonly findChannel: () => Promise<string>;
  };
}

export const personOf = (user: string): Actor => ({ kind: 'person', id: user, surface: 'slack' });

import type { Wider } from '#capabilities/log-query/index.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { actions, button, type CardBlock, type Choice, overflow } from '../blocks.ts';
import { queriesChoice } from './ran-queries.ts';

export interface AnswerButtons {
  /** Of the kept answer; null: it could not be kept, and no button would work. */
  readonly id: string | null;
  /** Services that nobody named were meant. */
  readonly isNarrowed: boolean;
  readonly hasChart: boolean;
  /** Rows before the next ones; null: all are shown. */
  readonly nextFrom: number | null;
  /** Whose lines these are, and of when; null: not of one service. */
  readonly linesOf: LinesOf | null;
}

export interface LinesOf {
  readonly service: string;
  readonly window: TimeWindow;
}

const WIDER_LABEL = { '6h': 'Last 6 h', '24h': 'Last 24 h' } as const;

export const answerButtons = ({ id, isNarrowed, hasChart, nextFrom, linesOf }: AnswerButtons): readonly CardBlock[] => {
  if (id === null) return [];
  const choices: readonly Choice[] = [
    ...(hasChart ? [{ label: 'Chart', value: `chart:${id}` }] : []),
    csvChoice(id),
    ...(nextFrom === null ? [] : [{ label: 'Next rows', value: `next:${id}:${nextFrom}` }]),
    ...ofAllChoice(id, isNarrowed),
    ...(linesOf === null ? [] : [{ label: 'Patterns', value: `patterns:${id}:${writeLinesOf(linesOf)}` }]),
    { label: 'Explain the query', value: `explain:${id}` },
  ];
  return [
    actions(button('Share', 'query.share', id), button('Edit…', 'query.edit', id), overflow('query.more', choices)),
  ];
};

export const csvChoice = (id: string): Choice => ({ label: 'CSV', value: `csv:${id}` });

const ofAllChoice = (id: string, isNarrowed: boolean): readonly Choice[] =>
  !isNarrowed ? [] : [{ label: 'All services', value: `all:${id}` }];

const writeLinesOf = ({ service, window: { from, to } }: LinesOf): string =>
  `${from.getTime()} ${to.getTime()} ${service}`;

/** Null of a value that is none of ours. */
export const readLinesOf = (value: string): LinesOf | null => {
  const [, from, to, service] = /^(\d{1,15}) (\d{1,15}) ([^]+)$/u.exec(value) ?? [];
  if (from === undefined || to === undefined || service === undefined) return null;
  return { service, window: { from: new Date(Number(from)), to: new Date(Number(to)) } };
};

/** Of what a command read by several queries: what the one that can be edited is of. */
export const subjectButtons = (
  id: string | null,
  edited: string,
  queries: readonly string[] = [],
): readonly CardBlock[] => {
  if (id === null) return [];
  return [
    actions(
      button('Share', 'query.share', id),
      button(`Edit ${edited}…`, 'query.edit', id),
      overflow('query.more', [csvChoice(id), ...queriesChoice(queries, id)]),
    ),
  ];
};

/** Nothing was found: look further back, or tell others so. */
export const emptyButtons = ({
  id,
  isNarrowed,
  wider,
}: Pick<AnswerButtons, 'id' | 'isNarrowed'> & { readonly wider: Wider | null }): readonly CardBlock[] => {
  if (id === null) return [];
  const edit = button('Edit…', 'query.edit', id);
  const further = [...ofAllChoice(id, isNarrowed), { label: 'Explain the query', value: `explain:${id}` }];
  return wider === null
    ? [actions(button('Share', 'query.share', id), edit, overflow('query.more', further))]
    : [
        actions(
          button(WIDER_LABEL[wider], 'query.widen', `${wider}:${id}`),
          edit,
          overflow('query.more', [{ label: 'Share', value: `share:${id}` }, ...further]),
        ),
      ];
};

import type { RunQueryOutcome } from '#capabilities/log-query/index.ts';
import { isDate } from '#esql/types.ts';
import type { QueryAnswer } from '#ports/telemetry-store.ts';
import { formatCount } from '../numbers.ts';
import { NBSP, nameIn, plainName } from '../text.ts';
import { formatUtcWithDay } from '../times.ts';
import type { Headline } from './headline.ts';
import { firstValuesOnly } from './query-warnings.ts';

type Answered = Extract<RunQueryOutcome, { kind: 'answer' }>;
type Row = QueryAnswer['rows'][number];

const MOST_SAID = 3;
const LEAST_P = 0.001;
// What a store warns of where it did not look.
const TOO_FEW = /not enough buckets/u;

/** "trend_change at 21:10 UTC, p = 0.001"; null of what was asked for no change, or where one may be missing. */
export const changeHeadline = (answered: Answered, now: Date): Headline | null => {
  const { answer, roles } = answered;
  const said = roles.changes.flatMap(({ type, pvalue }) => {
    const [kindAt, pAt] = [indexOf(answer, type), indexOf(answer, pvalue)];
    return answer.rows.flatMap((row) => {
      const kind = row[kindAt];
      return typeof kind === 'string' ? [{ kind, words: `${placeOf(answered, row, now)}${pWords(row[pAt])}` }] : [];
    });
  });
  if (roles.changes.length === 0 || (said.length === 0 && answer.isCut)) return null;
  const most = firstValuesOnly(answer.warnings);
  const among = most === null ? '' : ` among the first ${formatCount(most)} values`;
  if (said.length === 0) {
    const none = answer.warnings.some((warning) => TOO_FEW.test(warning))
      ? 'too few values to look for a change'
      : `no change${among}`;
    return { mrkdwn: `*${none}*`, plain: none };
  }
  const shown = said.slice(0, MOST_SAID);
  const rest = said.length > shown.length ? `; ${said.length - shown.length} more` : '';
  return {
    mrkdwn: `${shown.map(({ kind, words }) => `*${nameIn(kind)}*${words}`).join('; ')}${rest}${among}`,
    plain: `${shown.map(({ kind, words }) => `${plainName(kind)}${words}`).join('; ')}${rest}${among}`,
  };
};

const indexOf = ({ columns }: QueryAnswer, name: string): number => columns.findIndex((column) => column.name === name);

const placeOf = ({ answer, keys }: Answered, row: Row, now: Date): string => {
  const at = answer.columns.findIndex(({ name, type }) => isDate(type) && (keys.length === 0 || keys.includes(name)));
  const value = row[at];
  return typeof value === 'string' ? ` at ${formatUtcWithDay(new Date(value), now)}` : '';
};

const pWords = (p: Row[number] | undefined): string => {
  if (typeof p !== 'number') return '';
  return p < LEAST_P ? `, p under ${LEAST_P}` : `, p${NBSP}=${NBSP}${Number(p.toPrecision(2))}`;
};

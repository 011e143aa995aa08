import { formatCount } from '../numbers.ts';
import { cutAtWord, escapeMrkdwn, toOneLine } from '../text.ts';

const SHOWN = 2;
const NOTE_LIMIT = 160;
const SOURCE_LIMIT = 60;
const REASON_LIMIT = 80;

// A store whose fields have other names tells no place: it would be one of its own text.
const FAILED = /^(?:Line \d+:\d+: )?evaluation of \[([^]*)\] failed, treating result as null/;
const DETAIL = /^(?:Line \d+:\d+: )?(?:[a-z]+\.)+[A-Za-z]*(?:Exception|Error): ([^]*)$/;
// Ours, and what a server says of one that it adds by itself.
const OWN_LIMIT = /^(?:Without a LIMIT |LIMIT \d+ was cut to )/;
const SERVER_LIMIT = /^No limit defined/;

/** In code, where a backtick would end it. */
const inCode = (text: string, limit: number): string =>
  `\`${escapeMrkdwn(cutAtWord(toOneLine(text).replaceAll('`', "'"), limit))}\``;

interface Failure {
  readonly source: string;
  readonly reasons: string[];
}

/** The reasons of a failure follow it. */
const readFailures = (warnings: readonly string[]): readonly Failure[] => {
  const failures: Failure[] = [];
  for (const warning of warnings) {
    const source = FAILED.exec(warning)?.[1];
    const reason = DETAIL.exec(warning)?.[1];
    if (source !== undefined) failures.push({ source, reasons: [] });
    else if (reason !== undefined) failures.at(-1)?.reasons.push(reason);
  }
  return failures;
};

/** A failed row is missing from what is computed of it, so the answer does not stand without this sentence. */
export const failureSentence = (warnings: readonly string[]): string | null => {
  const failures = readFailures(warnings).filter((failure) => !isNotLookedAt(failure));
  if (failures.length === 0) return unseenSentence(warnings);
  const shown = failures.slice(0, SHOWN).map(({ source, reasons }) => {
    const [first] = reasons;
    const why = first === undefined ? '' : ` (${inCode(first, REASON_LIMIT)})`;
    const more =
      reasons.length > 1 ? ` and ${reasons.length - 1} further ${reasons.length === 2 ? 'reason' : 'reasons'}` : '';
    return `${inCode(source, SOURCE_LIMIT)}${why}${more}`;
  });
  const rest = failures.length > SHOWN ? `, and ${failures.length - SHOWN} more` : '';
  return `:warning: *Some rows could not be computed* and count as null: ${shown.join(', ')}${rest}`;
};

const NOT_LOOKED_AT = /^too many values; keeping only first (\d+) values$/u;

/** CHANGE_POINT warns so of what it computed, of fewer rows than there are. */
const isNotLookedAt = ({ reasons }: Failure): boolean =>
  reasons.length > 0 && reasons.every((reason) => NOT_LOOKED_AT.test(reason));

/** Of how many values CHANGE_POINT took the first ones only; null: it took all. */
export const firstValuesOnly = (warnings: readonly string[]): number | null => {
  const [most] = readFailures(warnings).flatMap(({ reasons }) =>
    reasons.flatMap((reason) => NOT_LOOKED_AT.exec(reason)?.[1] ?? []),
  );
  return most === undefined ? null : Number(most);
};

const unseenSentence = (warnings: readonly string[]): string | null => {
  const most = firstValuesOnly(warnings);
  return most === null
    ? null
    : `:warning: *CHANGE_POINT looked at the first ${formatCount(most)} values only*, and not at those after them. Group them first, as by \`STATS … BY BUCKET(@timestamp, 1 minute)\`.`;
};

/** Everything else that was warned of. A limit matters only where it cut. */
export const warningNotes = (warnings: readonly string[], isCut: boolean): readonly string[] =>
  warnings
    .filter((warning) => !FAILED.test(warning) && !DETAIL.test(warning) && !SERVER_LIMIT.test(warning))
    .filter((warning) => isCut || !OWN_LIMIT.test(warning))
    .slice(0, SHOWN)
    .map((warning) => escapeMrkdwn(cutAtWord(toOneLine(warning), NOTE_LIMIT)));

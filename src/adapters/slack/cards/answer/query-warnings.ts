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
  const failures = readFailures(warnings);
  if (failures.length === 0) return null;
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

/** Everything else that was warned of. A limit matters only where it cut. */
export const warningNotes = (warnings: readonly string[], isCut: boolean): readonly string[] =>
  warnings
    .filter((warning) => !FAILED.test(warning) && !DETAIL.test(warning) && !SERVER_LIMIT.test(warning))
    .filter((warning) => isCut || !OWN_LIMIT.test(warning))
    .slice(0, SHOWN)
    .map((warning) => escapeMrkdwn(cutAtWord(toOneLine(warning), NOTE_LIMIT)));

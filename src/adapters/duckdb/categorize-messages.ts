import { randomInt } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { CheckedQuery } from '#esql/checked-query.ts';
import type { TypedCall } from '#esql/plan.ts';
import { type CategoryFormat, createCategorizer } from '#log-patterns/categorize.ts';
import { placeOfCall } from './translate/sql/message-form.ts';
import type { SqlParameter } from './translate/steps/select-builder.ts';
import { findCategorized, translateForms } from './translate/translate-forms.ts';
import type { TranslateOptions } from './translate/translate-query.ts';

export interface CategorizeDeps {
  /** Rows of a query, within its limits. */
  readonly read: (sql: string, parameters: readonly SqlParameter[]) => Promise<readonly (readonly unknown[])[]>;
  /** Nobody waits for the answer any more: the next `read` would say so. */
  readonly stopped: AbortSignal;
}

export interface FoundCategories {
  readonly options: TranslateOptions;
  readonly warnings: readonly string[];
}

// Forms are mined on the thread that answers Slack: in short turns, and not for long.
const MAX_FORMS = 50_000;
const FORMS_PER_TURN = 1_000;

/** Looks at the messages that each CATEGORIZE of the query is given, and adds what they are to the options. */
export const categorizeMessages = async (
  { read, stopped }: CategorizeDeps,
  checked: CheckedQuery,
  options: TranslateOptions,
): Promise<FoundCategories> => {
  let known = options;
  const warnings: string[] = [];
  for (const categorized of findCategorized(checked.plan.steps)) {
    const translated = translateForms(checked, categorized, known, MAX_FORMS);
    const rows = await read(translated.sql, translated.parameters);
    const found = rows.flatMap(([form]) => (typeof form === 'string' && form !== '' ? [form] : []));
    const forms = found.slice(0, MAX_FORMS);
    const { source } = categorized.call;
    if (found.length > MAX_FORMS) {
      warnings.push(
        `Line ${source.line}:${source.column}: [${source.text}] looked at the ${MAX_FORMS.toLocaleString('en-US')} most frequent forms of messages only; all others are in the category .*?`,
      );
    }
    const categories = new Map([
      ...(known.categories ?? []),
      [placeOfCall(source), await categoriesOf(forms, formatOf(categorized.call), stopped)],
    ]);
    known = { ...known, categories };
  }
  return { options: known, warnings };
};

/** The option output_format, the first after the message. */
const formatOf = ({ arguments: [, format] }: TypedCall): CategoryFormat =>
  format?.kind === 'literal' && String(format.value).toLowerCase() === 'tokens' ? 'tokens' : 'regex';

const categoriesOf = async (
  forms: readonly string[],
  format: CategoryFormat,
  stopped: AbortSignal,
): Promise<string> => {
  const categorizer = createCategorizer(format, { seed: randomInt(2 ** 31) });
  for (const [at, form] of forms.entries()) {
    categorizer.add(form);
    if ((at + 1) % FORMS_PER_TURN === 0) await setImmediate();
    if (stopped.aborted) break;
  }
  const keys = categorizer.keys();
  return JSON.stringify(forms.map((form, at) => ({ form, category: keys[at] ?? '' })));
};

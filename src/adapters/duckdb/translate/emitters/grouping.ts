import { pickBucketSpan, pickBucketWidth } from '#esql/values/bucket-size.ts';
import { foldDate } from '#esql/check/fold-date.ts';
import type { TypedCall } from '#esql/plan.ts';
import type { EmitContext, Emitter } from './emitter.ts';
import { CATEGORIES_STRUCTURE, messageForm, OTHER_CATEGORY, placeOfCall } from '../sql/message-form.ts';
import { finite, numberArgument, spanArgument, valueAt } from './emitter.ts';
import { isDate } from '#esql/types.ts';
import { nanosOfTimestamp } from '../sql/date-nanos-sql.ts';
import { truncateDate } from '../sql/truncate-date.ts';
import { timestampAt } from './dates.ts';

const dateBucket = (date: string, call: TypedCall, context: EmitContext): string => {
  if (call.arguments.length === 2) return truncateDate(context, date, spanArgument(call, 1));
  const [, , from, to] = call.arguments;
  const fromMs = from && foldDate(from, context.nowMs);
  const toMs = to && foldDate(to, context.nowMs);
  if (fromMs === undefined || toMs === undefined) return context.bind(null, 'date');
  return truncateDate(context, date, pickBucketSpan(numberArgument(call, 1), fromMs, toMs));
};

const numberBucket = (number: string, call: TypedCall, context: EmitContext): string => {
  const size =
    call.arguments.length === 2
      ? numberArgument(call, 1)
      : pickBucketWidth(numberArgument(call, 1), numberArgument(call, 2), numberArgument(call, 3));
  if (!Number.isFinite(size) || size === 0) return context.bind(null, 'double');
  const width = context.bind(size, 'double');
  return finite(context, `floor(CAST(${number} AS DOUBLE) / ${width}) * ${width}`);
};

const category = (message: string, call: TypedCall, context: EmitContext): string => {
  const text = context.once(message);
  const form = context.once(messageForm(text));
  const categories = context.bind(context.categories.get(placeOfCall(call.source)) ?? '[]', 'keyword');
  const known = `SELECT unnest(from_json(${categories}, '${CATEGORIES_STRUCTURE}'), recursive := true)`;
  const found = `SELECT coalesce(max(known.category), '${OTHER_CATEGORY}') FROM (${known}) known WHERE known.form = ${form}`;
  return `CASE WHEN ${text} <> '' THEN nullif((${found}), '') END`;
};

export const GROUPING_EMITTERS: Readonly<Record<string, Emitter>> = {
  CATEGORIZE: (values, call, context) => category(valueAt(values, 0), call, context),
  BUCKET: (values, call, context) => {
    if (!isDate(call.type)) return numberBucket(valueAt(values, 0), call, context);
    const bucket = dateBucket(timestampAt(values, call, 0), call, context);
    return call.type === 'date' ? bucket : nanosOfTimestamp(context, bucket);
  },
};

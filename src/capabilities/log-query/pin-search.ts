/** Whether a field of this name holds dates. */
export type IsDateField = (field: string) => boolean;

const MATH = String.raw`(?:[+-]\d{0,6}[yMwdhHms]|/[yMwdhHms])*`;
const WHOLE = new RegExp(`^now(${MATH})$`);
// As a value of its own, in quotation marks or not.
const VALUE = new RegExp(String.raw`(?<![^\s"=<>:([{])("?)now(${MATH})\1(?=[\s)\]}]|$)`, 'g');
// The field whose value begins here, or further on inside of brackets.
const FIELD_BEFORE = /([\w.@-]+)\s*(?::\s*[<>]?=?|[<>]=?)\s*(?:[[{(][^\])}]*)?$/;

const momentOf = (at: Date, math: string): string => `${at.toISOString()}${math === '' ? '' : `||${math}`}`;

/** A value that is searched in a field of dates, where `now` is that moment. */
export const pinValue = (value: string, at: Date): string => {
  const math = WHOLE.exec(value)?.[1];
  return math === undefined ? value : momentOf(at, math);
};

/** A search of KQL or of the query-string syntax in which `now` is that moment, where it is a date. */
export const pinSearch = (search: string, at: Date, isDate: IsDateField): string =>
  search.replaceAll(VALUE, (found: string, _quote: string, math: string, offset: number) => {
    const field = FIELD_BEFORE.exec(search.slice(0, offset))?.[1];
    return field !== undefined && isDate(field) ? `"${momentOf(at, math)}"` : found;
  });

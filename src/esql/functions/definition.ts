import type { TypedExpression, ValueType } from '../plan.ts';
import type { FieldType } from '../schema.ts';
import { asResult } from '../types.ts';

/** What an argument may be, as messages call it. */
export const ARGUMENT_TYPES = {
  boolean: ['boolean'],
  integer: ['integer'],
  'whole number': ['integer', 'long'],
  numeric: ['integer', 'long', 'double', 'unsigned_long'],
  'numeric except unsigned_long': ['integer', 'long', 'double'],
  string: ['keyword', 'text'],
  datetime: ['date', 'date_nanos'],
  ip: ['ip'],
  version: ['version'],
  date_nanos: ['date_nanos'],
  'time span': ['time_duration', 'date_period'],
} as const satisfies Readonly<Record<string, readonly ValueType[]>>;
export type ArgumentType = keyof typeof ARGUMENT_TYPES;

export interface Argument {
  readonly name: string;
  /** Empty: any type of a column. */
  readonly accepts: readonly ArgumentType[];
  /** `literal`: a literal, span or parameter; `constant`: an expression without columns. */
  readonly needs?: 'literal' | 'constant';
  /** Arguments that share a type are widened to the widest of them. */
  readonly sharesType?: boolean;
  /** It is given all values of a row, as a list. */
  readonly takesList?: boolean;
}

export interface Signature {
  readonly arguments: readonly Argument[];
  /** Repeated after the others, in whole rounds; at least `minRounds` times. */
  readonly repeated?: { readonly arguments: readonly Argument[]; readonly minRounds: number };
  /** May follow the rounds once. */
  readonly last?: Argument;
  readonly result: (types: readonly ValueType[]) => FieldType;
}

export type FunctionKind = 'scalar' | 'aggregate' | 'grouping' | 'search' | 'operator';

export interface FunctionOption {
  readonly name: string;
  readonly byDefault: string;
  /** Whether the option may have this value, a number as text. */
  readonly accepts: (value: string) => boolean;
  /** The values, for a message. */
  readonly values: string;
}

export interface FunctionDefinition {
  /** In capitals. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly kind: FunctionKind;
  /** One sentence for a person who types queries. */
  readonly description: string;
  /** Tried in order; the first of the right number of arguments names the problem. */
  readonly signatures: readonly Signature[];
  /**
   * What becomes of an argument with several values, other than one that takes a list or is aggregated.
   * Without it the result is null, with a warning; `each`: it is computed for every value; `any`: whether
   * it is true of one of them; `kept`: the result has them all; `least`, `greatest`: that one of them counts.
   */
  readonly multiValues?: 'each' | 'any' | 'kept' | 'least' | 'greatest';
  /** The result may have several values. */
  readonly returnsList?: boolean;
  /** What may be told in braces after the arguments, in the order in which a call has them as further ones. */
  readonly options?: readonly FunctionOption[];
  /** Where options are told, what a single argument has before it; and without options there are none. */
  readonly firstWithOptions?: string;
  /** What options cannot mean with these arguments: which of them, and why. */
  readonly refuseOptions?: (values: readonly TypedExpression[], options: readonly string[]) => string | undefined;
  /** A last look at the arguments, e.g. at a unit's name: the index of the wrong one and what is wrong. */
  readonly refuse?: (
    values: readonly TypedExpression[],
  ) => { readonly at: number; readonly message: string } | undefined;
  /** What a call of these arguments is at once, e.g. a date or a span; undefined if it stays a call. */
  readonly fold?: (values: readonly TypedExpression[]) => TypedExpression | undefined;
}

export const string = (name: string): Argument => ({ name, accepts: ['string'] });
export const numeric = (name: string): Argument => ({ name, accepts: ['numeric'] });
export const integer = (name: string): Argument => ({ name, accepts: ['integer'] });
export const datetime = (name: string): Argument => ({ name, accepts: ['datetime'] });
export const ip = (name: string): Argument => ({ name, accepts: ['ip'] });
export const boolean = (name: string): Argument => ({ name, accepts: ['boolean'] });
export const span = (name: string): Argument => ({ name, accepts: ['time span'], needs: 'literal' });
export const anything = (name: string): Argument => ({ name, accepts: [] });
export const literal = (argument: Argument): Argument => ({ ...argument, needs: 'literal' });
export const constant = (argument: Argument): Argument => ({ ...argument, needs: 'constant' });
export const list = (argument: Argument): Argument => ({ ...argument, takesList: true });
export const shared = (argument: Argument): Argument => ({ ...argument, sharesType: true });

export const always =
  (type: FieldType): Signature['result'] =>
  () =>
    type;
const isFieldType = (type: ValueType | undefined): type is FieldType =>
  type !== undefined && type !== 'time_duration' && type !== 'date_period';
/** The type of the argument at this place. */
export const typeOf =
  (at: number): Signature['result'] =>
  (types) => {
    const type = types[at];
    return isFieldType(type) ? asResult(type) : 'null';
  };

/** A function of one signature with a fixed type. */
export const scalar = (
  name: string,
  description: string,
  values: readonly Argument[],
  result: FieldType | Signature['result'],
): FunctionDefinition => ({
  name,
  kind: 'scalar',
  description,
  signatures: [{ arguments: values, result: typeof result === 'string' ? always(result) : result }],
});

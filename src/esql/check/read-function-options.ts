import type { Options } from '../ast.ts';
import type { FunctionDefinition } from '../functions/definition.ts';
import type { TypedLiteral } from '../plan.ts';
import { didYouMean } from '../suggest.ts';
import { report } from './checking.ts';
import type { ExpressionContext } from './expression-context.ts';
import { foldConstant } from './fold-constant.ts';

/** The options of a function as texts, those not given by default; undefined if one is wrong, which is reported. */
export const readFunctionOptions = (
  context: ExpressionContext,
  { name, options = [] }: FunctionDefinition,
  given: Options | undefined,
): readonly TypedLiteral[] | undefined => {
  const values = new Map(options.map((option) => [option.name, option.byDefault]));
  for (const { key, value } of given?.entries ?? []) {
    const checked = context.check(context, value);
    if (!checked) return undefined;
    const option = options.find((one) => one.name === key);
    if (!option) {
      const names = options.map((one) => one.name);
      const message = `Invalid option [${key}] in [${name}], expected one of [${names.join(', ')}]${didYouMean(key, names)}`;
      return report(context.checking, given?.span ?? value.span, message);
    }
    const constant = foldConstant(checked);
    const text = constant.kind === 'literal' && constant.value !== null ? String(constant.value) : '';
    if (!option.accepts(text)) {
      const message = `Invalid option [${key}] in [${name}]: [${text}], expected ${option.values}`;
      return report(context.checking, value.span, message);
    }
    values.set(key, text);
  }
  return options.map((option) => ({ kind: 'literal', type: 'keyword', value: values.get(option.name) ?? '' }));
};

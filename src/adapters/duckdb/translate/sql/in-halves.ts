/** Two operands and more, joined by an associative operator: a long chain would be too deep for DuckDB. */
export const inHalves = (operator: '+' | '||', operands: readonly string[]): string => {
  if (operands.length <= 2) return operands.join(` ${operator} `);
  const half = operands.length >> 1;
  return `(${inHalves(operator, operands.slice(0, half))}) ${operator} (${inHalves(operator, operands.slice(half))})`;
};

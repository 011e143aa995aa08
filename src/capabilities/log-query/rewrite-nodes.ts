/** Changes every node of a syntax tree that `change` has another one for, the inner ones first. */
export const rewriteNodes = <T>(node: T, change: (node: Readonly<Record<string, unknown>>) => unknown): T => {
  if (Array.isArray(node)) return node.map((item: unknown) => rewriteNodes(item, change)) as T;
  if (typeof node !== 'object' || node === null) return node;
  const inner = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, rewriteNodes<unknown>(value, change)]),
  );
  return change(inner) as T;
};

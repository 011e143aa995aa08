interface Refused {
  readonly position: number;
  readonly action: Readonly<Record<string, object>>;
}

/** Takes the rows at these positions out of the body of a `_bulk` whose actions all have a document. */
export const splitBulk = (
  body: string,
  positions: readonly number[],
): { readonly kept: string; readonly refused: readonly Refused[] } => {
  const lines = body.trimEnd().split('\n');
  const kept: string[] = [];
  const refused: Refused[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const position = at / 2;
    if (positions.includes(position)) refused.push({ position, action: JSON.parse(lines[at]!) });
    else kept.push(lines[at]!, lines[at + 1]!);
  }
  return { kept: kept.length === 0 ? '' : `${kept.join('\n')}\n`, refused };
};

/** Puts the refused rows back among the answer's items, each with this status. */
export const mergeItems = (text: string, refused: readonly Refused[], status: number): string => {
  const answer = JSON.parse(text) as { items: object[]; errors: boolean };
  const items = [...answer.items];
  for (const { position, action } of refused) {
    const error = { type: 'es_rejected_execution_exception', reason: 'injected by the test' };
    const item = Object.entries(action).map(([kind, target]) => [kind, { ...target, status, error }]);
    items.splice(position, 0, Object.fromEntries(item));
  }
  return JSON.stringify({ ...answer, errors: answer.errors || refused.length > 0, items });
};

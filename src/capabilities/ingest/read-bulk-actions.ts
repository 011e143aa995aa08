import { MalformedBody } from './otlp/malformed-body.ts';
import type { IngestLine } from './read-lines.ts';
import { parseObject } from './read-record.ts';
import type { RequestBudget } from './request-budget.ts';

/** What became of one action, in the order of the request. */
export interface BulkItem {
  readonly action: string;
  readonly index: string;
  readonly id: string | null;
  /** `later`: the store did not take it and may do so another time; `failed`: it will not. */
  outcome: 'stored' | 'refused' | 'later' | 'failed';
  reason: string | null;
}

const STORING = ['create', 'index'];
// An update brings its part of a document on a line of its own, a delete brings none.
const ACTIONS = [...STORING, 'update', 'delete'];

const readAction = (line: IngestLine, defaultIndex: string | null): BulkItem => {
  const object = line.text === null ? undefined : parseObject(line.text);
  const [action, ...others] = Object.keys(object ?? {});
  const meta = action === undefined ? undefined : object?.[action];
  if (action === undefined || others.length > 0 || !ACTIONS.includes(action) || typeof meta !== 'object') {
    throw new MalformedBody(`line ${line.number} is not an action`);
  }
  const { _index: index = defaultIndex, _id: id } = (meta ?? {}) as {
    readonly _index?: unknown;
    readonly _id?: unknown;
  };
  if (typeof index !== 'string' || index === '') throw new MalformedBody(`line ${line.number} names no index`);
  const refusal = STORING.includes(action) ? null : `telemetry is only added: ${action} is not possible`;
  return {
    action,
    index,
    id: typeof id === 'string' ? id : null,
    outcome: refusal === null ? 'stored' : 'refused',
    reason: refusal,
  };
};

export const hasDocument = ({ action }: BulkItem): boolean => action !== 'delete';

/** Reads the actions and leaves their documents alone. Throws MalformedBody for a line that should be an action and is none, and what the budget throws. */
export const readBulkActions = async (
  lines: AsyncIterable<readonly IngestLine[]>,
  defaultIndex: string | null,
  budget: Pick<RequestBudget, 'hold'>,
): Promise<readonly BulkItem[]> => {
  const items: BulkItem[] = [];
  let isDocument = false;
  for await (const some of lines) {
    for (const line of some) {
      if (isDocument) isDocument = false;
      else if (line.text?.trim() !== '') {
        const item = readAction(line, defaultIndex);
        budget.hold(0);
        items.push(item);
        isDocument = hasDocument(item);
      }
    }
  }
  return items;
};

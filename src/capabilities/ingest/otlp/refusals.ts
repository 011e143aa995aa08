const MAX_TOLD_REASONS = 5;
const MAX_TOLD_RECORDS = 10;

interface Reason {
  readonly text: string;
  count: number;
  /** The first records that it is of. */
  readonly records: number[];
}

/** Which records of a request were refused; of those behind the first ones only how many. */
export interface Refusals {
  /** A record that is refused more than once is refused for the first reason. */
  add(record: number, reason: string): void;
  count(): number;
  /** For the sender: one sentence for each reason, in the order of the first record that it is of. */
  tell(records: number): string;
}

const more = (all: number, told: number, separator: string): string =>
  all > told ? `${separator}and ${all - told} more` : '';

const sentenceOf = ({ text, count, records }: Reason): string =>
  `${text} (record${count === 1 ? '' : 's'} ${records.join(', ')}${more(count, records.length, ', ')})`;

export const createRefusals = (): Refusals => {
  const refused = new Set<number>();
  const reasons = new Map<string, Reason>();
  return {
    add: (record, text) => {
      if (refused.has(record)) return;
      refused.add(record);
      const reason = reasons.get(text) ?? { text, count: 0, records: [] };
      reasons.set(text, reason);
      reason.count += 1;
      if (reason.records.length < MAX_TOLD_RECORDS) reason.records.push(record);
    },
    count: () => refused.size,
    tell: (records) => {
      const inOrder = [...reasons.values()].toSorted((a, b) => (a.records[0] ?? 0) - (b.records[0] ?? 0));
      const [first] = inOrder;
      if (first === undefined) return '';
      if (records === 1) return `the only record was refused: ${first.text}`;
      const told = inOrder.slice(0, MAX_TOLD_REASONS).map(sentenceOf);
      const verb = refused.size === 1 ? 'was' : 'were';
      const sentences = `${told.join('; ')}${more(inOrder.length, told.length, '; ')}`;
      return `${refused.size} of ${records} records ${verb} refused, counted from 0: ${sentences}`;
    },
  };
};

import type { types } from '@slack/bolt';
import { plainQueryLines } from './query-text.ts';

/** Not an action's id: of the modal, when it is submitted. */
export const EDIT_QUERY = 'edit_query';
export const QUERY_BLOCK = 'query';
export const RANGE_BLOCK = 'range';
export const VALUE = 'value';

/** Slack's limit of a text field. */
export const EDITED_LIMIT = 3000;

export const AS_ASKED = 'as-asked';
export const RANGES = {
  '5m': 'Last 5 min',
  '15m': 'Last 15 min',
  '1h': 'Last hour',
  '6h': 'Last 6 h',
  '24h': 'Last 24 h',
} as const;
export type RangeName = keyof typeof RANGES;

const plain = (text: string): types.PlainTextElement => ({ type: 'plain_text', text, emoji: true });

const option = (label: string, value: string): types.PlainTextOption => ({ text: plain(label), value });

/** `text`: what `editableText` makes of a query. */
export const editQueryView = (text: string, metadata: string): types.ModalView => {
  const asAsked = option('As asked', AS_ASKED);
  const options = [asAsked, ...Object.entries(RANGES).map(([value, label]) => option(label, value))];
  return {
    type: 'modal',
    callback_id: EDIT_QUERY,
    title: plain('Edit the query'),
    submit: plain('Run'),
    close: plain('Close'),
    private_metadata: metadata,
    blocks: [
      {
        type: 'input',
        block_id: QUERY_BLOCK,
        label: plain('ES|QL'),
        element: {
          type: 'plain_text_input',
          action_id: VALUE,
          multiline: true,
          initial_value: text,
          max_length: EDITED_LIMIT,
        },
      },
      {
        type: 'input',
        block_id: RANGE_BLOCK,
        label: plain('Time range'),
        hint: plain('Meant where the query names no time itself.'),
        element: {
          type: 'static_select',
          action_id: VALUE,
          placeholder: plain('As asked'),
          options,
          initial_option: asAsked,
        },
      },
    ],
  };
};

/** A line for each command; a client that joins lines needs the space before the pipe. Null: no field holds it. */
export const editableText = (query: string): string | null =>
  [plainQueryLines(query).join('\n '), query].find((text) => text.length <= EDITED_LIMIT) ?? null;

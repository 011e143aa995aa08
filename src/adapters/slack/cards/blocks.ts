import type { types } from '@slack/bolt';

import { FIELD_LIMIT, fitMrkdwn, TEXT_LIMIT } from './text.ts';

/** Blocks that render everywhere, also on a phone and in old clients. */
export type CardBlock =
  | types.HeaderBlock
  | types.SectionBlock
  | types.ContextBlock
  | types.ImageBlock
  | types.ActionsBlock;

/** What is posted: the fallback is what a lock screen shows. */
export interface CardMessage {
  readonly text: string;
  readonly blocks: readonly CardBlock[];
}

/** A chart as the board uploaded it. */
export interface ChartImage {
  readonly fileId: string;
  readonly permalink: string;
  readonly altText: string;
}

export type ActionId =
  | 'incident.acknowledge'
  | 'incident.resolve'
  | 'incident.reopen'
  | 'sentinel.help'
  | 'sentinel.status'
  | 'sentinel.incidents'
  | 'trace.show'
  | 'trace.failure'
  | 'trace.lines'
  | 'query.run'
  | 'query.share'
  | 'query.edit'
  | 'query.widen'
  | 'query.lines'
  | 'query.more';

export const header = (text: string): types.HeaderBlock => ({
  type: 'header',
  text: { type: 'plain_text', text, emoji: true },
});

// Verbatim: what somebody else wrote must not become a link or a mention because it looks like one.
const mrkdwn = (text: string, limit: number): types.MrkdwnElement => ({
  type: 'mrkdwn',
  text: fitMrkdwn(text, limit),
  verbatim: true,
});

// Without `expand` Slack folds long text behind "see more".
export const section = (text: string): types.SectionBlock => ({
  type: 'section',
  text: mrkdwn(text, TEXT_LIMIT),
  expand: true,
});

export const fields = (...texts: readonly string[]): types.SectionBlock => ({
  type: 'section',
  fields: texts.map((text) => mrkdwn(text, FIELD_LIMIT)),
  expand: true,
});

/** One element a block: several are squeezed into columns by some clients. */
export const context = (text: string): types.ContextBlock => ({
  type: 'context',
  elements: [mrkdwn(text, TEXT_LIMIT)],
});

/** Carries the file's id; the dialect decides how the client is told about it. */
export const image = (chart: ChartImage): types.ImageBlock => ({
  type: 'image',
  slack_file: { id: chart.fileId },
  alt_text: chart.altText,
});

export const actions = (
  ...elements: readonly (types.Button | types.Overflow | types.StaticSelect)[]
): types.ActionsBlock => ({
  type: 'actions',
  elements: [...elements],
});

export const button = (
  label: string,
  actionId: ActionId,
  value?: string,
  emphasis: 'plain' | 'safe-next-step' = 'plain',
): types.Button => ({
  type: 'button',
  text: { type: 'plain_text', text: label, emoji: true },
  action_id: actionId,
  ...(value === undefined ? {} : { value }),
  ...(emphasis === 'safe-next-step' ? { style: 'primary' as const } : {}),
});

export interface Choice {
  readonly label: string;
  readonly value: string;
}

/** What is behind the dots; Slack takes five. */
// Slack takes no more.
const MOST_CHOICES = 5;

/** What matters least comes last: of more choices than Slack takes it is left out. */
export const overflow = (actionId: ActionId, choices: readonly Choice[]): types.Overflow => ({
  type: 'overflow',
  action_id: actionId,
  options: choices.slice(0, MOST_CHOICES).map(optionOf),
});

/** A list that opens; Slack takes a hundred. */
export const select = (label: string, actionId: ActionId, choices: readonly Choice[]): types.StaticSelect => ({
  type: 'static_select',
  action_id: actionId,
  placeholder: { type: 'plain_text', text: label, emoji: true },
  options: choices.map(optionOf),
});

const optionOf = ({ label, value }: Choice): types.PlainTextOption => ({
  text: { type: 'plain_text', text: label, emoji: true },
  value,
});

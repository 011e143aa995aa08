import type { CardMessage } from './blocks.ts';
import { sentenceCard } from './sentence-card.ts';

type Reason = 'guest' | 'shared-channel' | 'unknown-person' | 'unknown-channel';

const WORDS: Readonly<Record<Reason, { readonly what: string; readonly why: string }>> = {
  guest: {
    what: 'Sentinel shows telemetry to full members only.',
    why: 'You are a guest here. Ask a member, or the admin of Sentinel (`slack.allowGuests`).',
  },
  'shared-channel': {
    what: 'Sentinel shows no telemetry in shared channels.',
    why: 'Another organisation reads along here. Ask in a channel of your own, or the admin of Sentinel (`slack.allowExternalChannels`).',
  },
  'unknown-person': {
    what: 'Sentinel could not check who you are.',
    why: 'Slack did not say whether you are a full member, so nothing is shown. Try again in a minute.',
  },
  'unknown-channel': {
    what: 'Sentinel could not check this channel.',
    why: 'Slack did not say whether it is shared with another organisation, so nothing is shown. Invite Sentinel here, or ask in the incident channel.',
  },
};

export const refusalCard = (reason: Reason): CardMessage => {
  const { what, why } = WORDS[reason];
  return sentenceCard(`*${what}* ${why}`, what);
};

/** Who sees a card: the asker alone, with buttons, or everybody in the conversation. */
export interface Audience {
  /** Of the kept answer, for its buttons; null: it has none. */
  readonly id: string | null;
  /** Mrkdwn; null: only the asker sees it. */
  readonly sharedBy: string | null;
}

export const ASKER_ALONE: Audience = { id: null, sharedBy: null };

export const audienceWords = ({ sharedBy }: Pick<Audience, 'sharedBy'>): string =>
  sharedBy === null ? 'only you see this' : `shared by ${sharedBy}`;

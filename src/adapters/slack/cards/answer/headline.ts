/** What a query found, in a phrase. */
export interface Headline {
  readonly mrkdwn: string;
  readonly plain: string;
}

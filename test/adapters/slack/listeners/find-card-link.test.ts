import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withCardLink } from '#adapters/slack/cards/card-link.ts';
import { incidentCard } from '#adapters/slack/cards/incident/incident-card.ts';
import { findCardLink } from '#adapters/slack/listeners/find-card-link.ts';
import type { StateStore } from '#database/state-store.ts';
import { checkMessage } from '../../../support/strict-slack/check-message.ts';
import { openIncident } from '../../../support/strict-slack/sample-incidents.ts';
import { openTestState } from '../../../support/state.ts';
import { CHANNEL, createBoardFixture, emptyTables, insertIncidentRow } from '../board-fixture.ts';

let state: StateStore;
beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  await emptyTables(state.db);
  await insertIncidentRow(state.db);
});

describe('the link to an incident’s card', () => {
  it('is the address that Slack gives its message, once it is posted', async () => {
    const board = await createBoardFixture(state.db);
    const deps = { db: state.db, slack: board.api, logger: board.logger };
    expect(await findCardLink(deps, 142)).toBeNull();
    await board.showAll(openIncident());
    const ts = board.slack.messages(CHANNEL)[0]?.ts ?? '';
    expect(await findCardLink(deps, 142)).toMatch(
      new RegExp(`^https?://.+/archives/${CHANNEL}/p${ts.replace('.', '')}$`),
    );
    expect(await findCardLink(deps, 9)).toBeNull();
    await board.slack.stop();
  });

  it('is missing where Slack does not tell it, and the answer is not', async () => {
    const board = await createBoardFixture(state.db);
    await board.showAll(openIncident());
    board.slack.failNext('chat.getPermalink', { kind: 'error', error: 'message_not_found' });
    const deps = { db: state.db, slack: board.api, logger: board.logger };
    expect(await findCardLink(deps, 142)).toBeNull();
    await board.slack.stop();
  });

  it('stands below the copy of the card', () => {
    const card = incidentCard(openIncident(), { now: new Date('2026-11-21T02:18:00Z'), chart: null });
    const last = (link: string | null) => {
      const copy = withCardLink(card, link);
      expect(checkMessage(copy)).toEqual([]);
      return JSON.stringify(copy.blocks.at(-1));
    };
    expect(last('https://a.slack.com/archives/C1/p1')).toContain(
      '<https://a.slack.com/archives/C1/p1|The card and its thread> · only you see this',
    );
    expect(last('https://a/|<!channel>')).not.toContain('channel');
    expect(last(null)).toContain('"only you see this"');
  });
});

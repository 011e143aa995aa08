import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StateStore } from '#database/state-store.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import { openTestState } from '../../support/state.ts';
import {
  acknowledgedIncident,
  at,
  openIncident,
  recoveredIncident,
  slowPayments,
} from '../../support/strict-slack/sample-incidents.ts';
import {
  type BoardFixture,
  CHANNEL,
  createBoardFixture,
  emptyTables,
  insertIncidentRow,
  PNG,
  signalChart,
} from './board-fixture.ts';

let state: StateStore;
let fixture: BoardFixture;

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  await emptyTables(state.db);
  await insertIncidentRow(state.db);
  fixture = await createBoardFixture(state.db);
});
afterEach(async () => {
  await fixture.slack.stop();
  expect(fixture.slack.problems).toEqual([]);
});

const SECOND_ID = '0b0f7e0e-5a4c-4f5e-9a37-5d0f2a3b1c02';
const cards = () => fixture.slack.messages(CHANNEL);
const thread = () => fixture.slack.messages(CHANNEL, cards()[0]?.ts);
const filesIn = (message: { readonly blocks: readonly Record<string, unknown>[] } | undefined) =>
  message?.blocks.flatMap((block) => (block['type'] === 'image' ? [(block['slack_file'] as { id: string }).id] : []));
const shownFile = () => filesIn(cards()[0]);
const withChart = (changes: Partial<IncidentView> = {}) => openIncident({ chart: signalChart(), ...changes });
const compact = (changes: Partial<IncidentView> = {}) =>
  withChart({
    severity: 'P3',
    lead: slowPayments,
    folded: [],
    timeline: openIncident().timeline.slice(0, 1),
    ...changes,
  });
/** The card as its numbers go on, a minute each. */
const showMinutes = async (values: readonly number[], viewOf = withChart): Promise<void> => {
  for (const value of values) {
    fixture.clock.advance(MINUTE_MS);
    await fixture.showAll(viewOf({ chart: signalChart({ value }) }));
  }
};
const uploads = () => fixture.slack.callsOf('files.getUploadURLExternal').length;
const fileRows = () => state.db.selectFrom('slack_files').selectAll().orderBy('uploaded_at').execute();
const fileCalls = () => fixture.slack.calls.filter(({ method }) => method.startsWith('files.') || method === 'upload');

describe('the chart', () => {
  it('is edited in after the card went out without it', async () => {
    const first = await fixture.board.showIncident(withChart());
    expect(first.kind).toBe('later');
    expect(cards()).toHaveLength(1);
    expect(shownFile()).toEqual([]);
    await fixture.showAll(withChart());
    expect(shownFile()).toEqual(['F00000001']);
    expect(fixture.slack.files.get('F00000001')?.bytes).toEqual(PNG);
    expect(cards()[0]?.editedTimes).toBe(1);
  });

  it('is drawn again when the incident recovers, and at most once a minute while its numbers change', async () => {
    await fixture.showAll(withChart());
    fixture.clock.advance(20_000);
    await fixture.showAll(withChart({ chart: signalChart({ value: 39 }) }));
    expect(uploads()).toBe(1);
    fixture.clock.advance(MINUTE_MS);
    await fixture.showAll(withChart({ chart: signalChart({ value: 39 }) }));
    expect(uploads()).toBe(2);
    await fixture.showAll(acknowledgedIncident({ chart: signalChart({ value: 39 }) }));
    expect(uploads()).toBe(2);
    await fixture.showAll(recoveredIncident({ chart: signalChart({ value: 0.4, recoveredAt: at('02:32') }) }));
    expect(uploads()).toBe(3);
    expect(shownFile()).toEqual(['F00000003']);
  });

  it('waits for Slack to process the file', async () => {
    fixture.slack.setProcessingDelay(2);
    await fixture.showAll(withChart());
    expect(shownFile()).toEqual(['F00000001']);
    expect(fixture.slack.callsOf('files.info')).toHaveLength(3);
  });

  it('goes into the thread when Slack does not process it in time, once', async () => {
    fixture.slack.setProcessingDelay(100);
    await fixture.showAll(withChart());
    fixture.clock.advance(10_000);
    await fixture.showAll(withChart());
    await fixture.showAll(withChart());
    expect(shownFile()).toEqual([]);
    expect([...fixture.slack.files.values()].filter((file) => file.sharedTo !== null)).toHaveLength(1);
  });

  it('never holds back the card: not when Slack refuses the picture', async () => {
    await fixture.board.showIncident(withChart());
    fixture.clock.advance(1000);
    fixture.slack.failNext('chat.update', { kind: 'error', error: 'invalid_blocks' });
    expect((await fixture.board.showIncident(withChart())).kind).toBe('later');
    await fixture.showAll(acknowledgedIncident({ chart: signalChart() }));
    expect(cards()[0]?.text).toContain('acknowledged');
  });

  it('never holds back the card: not when it cannot be drawn or uploaded', async () => {
    fixture.renderer.fail = new AppError({ code: 'rejected', isRetryable: false, userMessage: 'cannot be drawn' });
    await fixture.showAll(withChart());
    expect(cards()).toHaveLength(1);
    expect(thread()).toHaveLength(2);
    fixture.renderer.fail = new Error('a bug in the renderer');
    await fixture.showAll(withChart());
    fixture.renderer.fail = null;
    fixture.slack.failNext('files.getUploadURLExternal', { kind: 'error', error: 'missing_scope' });
    await fixture.showAll(acknowledgedIncident({ chart: signalChart() }));
    expect(cards()[0]?.text).toContain('acknowledged');
    await fixture.showAll(acknowledgedIncident({ chart: signalChart() }));
    expect(shownFile()).toEqual(['F00000001']);
  });

  it('is the first line of the thread of a compact card', async () => {
    await fixture.showAll(
      withChart({ severity: 'P3', lead: slowPayments, folded: [], timeline: openIncident().timeline.slice(0, 1) }),
    );
    expect(shownFile()).toEqual([]);
    expect(thread().map((message) => message.blocks[0]?.['type'])).toEqual(['image']);
  });

  it('is uploaded once for the thread of a compact card, whatever its numbers do', async () => {
    await fixture.showAll(compact());
    await showMinutes([40, 41, 42], compact);
    expect(fixture.slack.files.size).toBe(1);
  });

  it('goes into the thread, once, where Slack refuses it on the card each time', async () => {
    fixture.slack.refusePictures();
    await fixture.showAll(withChart());
    fixture.clock.advance(10 * SECOND_MS);
    await fixture.showAll(withChart());
    const refused = fixture.slack.callsOf('chat.update').filter(({ error }) => error === 'invalid_blocks');
    expect(refused.length).toBeGreaterThan(0);
    expect([...fixture.slack.files.values()].filter(({ sharedTo }) => sharedTo !== null)).toHaveLength(1);
    expect(shownFile()).toEqual([]);
    await fixture.showAll(withChart());
    expect(fixture.slack.callsOf('chat.update').filter(({ error }) => error !== null)).toHaveLength(refused.length);
  });

  it('shows nothing that Slack has not got: a picture whose bytes it did not take', async () => {
    fixture.slack.failNext('upload', { kind: 'status', status: 500 });
    await fixture.showAll(withChart({ folded: [], timeline: [] }));
    expect(fixture.slack.callsOf('files.completeUploadExternal')).toHaveLength(0);
    expect(shownFile()).toEqual([]);
    await fixture.showAll(withChart());
    expect(shownFile()).toHaveLength(1);
  });
});

describe('the limits of Slack on files', () => {
  it.each(['files.getUploadURLExternal', 'upload', 'files.completeUploadExternal', 'files.info'] as const)(
    'hold back the charts of all cards for as long as Slack asks, and no card: %s',
    async (target) => {
      fixture.slack.failNext(target, { kind: 'rate-limited', retryAfterSeconds: 20 });
      const heldUntilMs = fixture.clock.now().getTime() + 20_100;
      const quiet = withChart({ folded: [], timeline: [] });
      expect(await fixture.board.showIncident(quiet)).toEqual({ kind: 'later', until: new Date(heldUntilMs) });
      const before = fileCalls().length;
      await insertIncidentRow(state.db, SECOND_ID, 143);
      fixture.clock.advance(19 * SECOND_MS);
      const second = { ...quiet, id: SECOND_ID, number: 143 };
      const until = new Date(heldUntilMs);
      expect(await fixture.anotherBoard().showIncident(second)).toEqual({ kind: 'later', until });
      expect([cards().length, fileCalls().length]).toEqual([2, before]);
      await fixture.showAll(quiet);
      expect(fixture.clock.now().getTime()).toBeGreaterThanOrEqual(heldUntilMs);
      expect(shownFile()).toHaveLength(1);
      expect(fixture.metrics.counts.get('sentinel_slack_retries_total{reason=rate-limited}')).toBe(1);
    },
  );
});

describe('a chart that was replaced', () => {
  it('is deleted from Slack and forgotten', async () => {
    await fixture.showAll(withChart());
    await showMinutes([39, 40, 41]);
    await fixture.showAll(recoveredIncident({ chart: signalChart({ value: 0.4, recoveredAt: at('02:32') }) }));
    expect(shownFile()).toEqual(['F00000005']);
    expect([...fixture.slack.files.keys()]).toEqual(['F00000005']);
    expect((await fileRows()).map((row) => row.file_id)).toEqual(['F00000005']);
  });

  it('stays until the card shows the next one', async () => {
    await fixture.showAll(withChart());
    fixture.slack.setProcessingDelay(2);
    fixture.clock.advance(MINUTE_MS);
    const view = withChart({ chart: signalChart({ value: 39 }) });
    expect((await fixture.board.showIncident(view)).kind).toBe('later');
    expect([...fixture.slack.files.keys()]).toEqual(['F00000001', 'F00000002']);
    await fixture.showAll(view);
    expect([shownFile(), [...fixture.slack.files.keys()]]).toEqual([['F00000002'], ['F00000002']]);
  });

  it('stays where a thread shows it', async () => {
    await fixture.showAll(compact());
    const inThread = filesIn(thread()[0]);
    await showMinutes([39, 40]);
    expect(inThread).toEqual(['F00000001']);
    expect([...fixture.slack.files.keys()]).toEqual(['F00000001', ...(shownFile() ?? [])]);
  });

  it('is not the copy in the thread', async () => {
    fixture.slack.setProcessingDelay(100);
    await fixture.showAll(withChart());
    fixture.clock.advance(10 * SECOND_MS);
    await fixture.showAll(withChart());
    fixture.slack.setProcessingDelay(0);
    await showMinutes([39, 40]);
    const copies = [...fixture.slack.files.values()].filter(({ sharedTo }) => sharedTo !== null);
    expect([copies.length, fixture.slack.files.size]).toEqual([1, 2]);
  });

  it('is deleted later when Slack asks to wait or does not answer, and forgotten when Slack has it no more', async () => {
    await fixture.showAll(withChart());
    fixture.slack.failNext('files.delete', { kind: 'rate-limited', retryAfterSeconds: 90 });
    await showMinutes([39]);
    expect([fixture.slack.files.size, fixture.slack.callsOf('files.delete').length]).toEqual([2, 1]);
    fixture.clock.advance(MINUTE_MS);
    fixture.slack.failNext('files.delete', { kind: 'status', status: 500 });
    await showMinutes([40]);
    expect(await fileRows()).toHaveLength(3);
    fixture.slack.failNext('files.delete', { kind: 'error', error: 'file_not_found' });
    await showMinutes([41]);
    expect((await fileRows()).map((row) => row.file_id)).toEqual(shownFile());
  });
});

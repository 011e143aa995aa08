import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#kernel/duration.ts';
import { CHANNEL } from './board-fixture.ts';
import { ASKER, shown, THREAD, valueOf, useQuestionsWorld } from './questions-world.ts';

const world = useQuestionsWorld();

const GROUPED = 'query FROM logs | STATS n = COUNT(*) BY service.name | SORT n DESC';

describe('an edited query', () => {
  const submit = async (query: string | null, range: string | null = null) => {
    const { metadata } = await openEditor();
    return world.receiver.submit({
      callbackId: 'edit_query',
      user: ASKER,
      privateMetadata: metadata,
      values: {
        query: { value: { value: query } },
        range: { value: { selected_option: range === null ? null : { value: range } } },
      },
    });
  };
  const openEditor = async () => {
    await world.click('query.edit', valueOf(await world.say(GROUPED), 'Edit…'));
    const view = world.slack.views.at(-1) as {
      private_metadata: string;
      blocks: { element: { initial_value: string } }[];
    };
    return { metadata: view.private_metadata, text: view.blocks[0]?.element.initial_value };
  };

  it('opens with a line for each command', async () => {
    expect((await openEditor()).text).toBe('FROM logs\n | STATS n = COUNT(*) BY service.name\n | SORT n DESC');
  });

  it('is not opened for what its field does not hold, and says why', async () => {
    const codes = Array.from({ length: 500 }, (_, at) => 1000 + at).join(', ');
    const answer = await world.say(`query FROM logs | WHERE status_code NOT IN (${codes})`);
    const before = world.slack.views.length;
    expect(shown(await world.click('query.edit', valueOf(answer, 'Edit…')))).toContain(
      'The query has 3,037 characters, and a field to edit it in holds 3,000.',
    );
    expect(world.slack.views).toHaveLength(before);
  });

  it('is refused under its field, with line, column and a caret', async () => {
    const { receipts, responses } = await submit('FROM logs\n| WHERE levl == "error"');
    expect(responses).toEqual([]);
    expect(receipts).toMatchObject([{ response_action: 'errors' }]);
    expect(JSON.stringify(receipts)).toContain('Line 2, column 9: ');
    expect(JSON.stringify(receipts)).toContain('| WHERE ‸levl == ');
  });

  it('closes the modal, runs with the chosen time, and can be shared like any other', async () => {
    const delivery = await submit('FROM logs | STATS n = COUNT(*)', '5m');
    expect(delivery.receipts).toEqual([undefined]);
    expect(shown(delivery)).toContain('(5 min)');
    await world.click('query.share', valueOf(delivery, 'Share'));
    expect(world.slack.messages(CHANNEL)).toHaveLength(1);
    expect(shown(await submit(null))).toContain('BY service.name');
  });

  it('says in the thread of an incident that it is about all services, and when its time is meant', async () => {
    await world.putIncidentThread();
    const answer = await world.say('query count errors', { threadTs: THREAD });
    await world.click('query.edit', valueOf(answer, 'Edit…'));
    const { private_metadata: privateMetadata } = world.slack.views.at(-1) as { private_metadata: string };
    const edited = async (range: string | null): Promise<string> => {
      const values = {
        query: { value: { value: 'FROM logs | STATS n = COUNT(*)' } },
        range: { value: { selected_option: range === null ? null : { value: range } } },
      };
      return shown(await world.receiver.submit({ callbackId: 'edit_query', user: ASKER, privateMetadata, values }));
    };
    expect(await edited(null)).toMatch(/the time of INC-142\) · all services/u);
    expect(await edited('5m')).toMatch(/\(5 min\) · all services/u);
  });

  it('is not answered to whoever may not see telemetry any more', async () => {
    const { metadata } = await openEditor();
    world.slack.addUser({ id: ASKER, is_restricted: true });
    world.clock.advance(6 * MINUTE_MS);
    const values = { query: { value: { value: 'FROM logs' } }, range: { value: {} } };
    const delivery = await world.receiver.submit({
      callbackId: 'edit_query',
      user: ASKER,
      privateMetadata: metadata,
      values,
    });
    expect(shown(delivery)).not.toContain('payment-service');
  });
});

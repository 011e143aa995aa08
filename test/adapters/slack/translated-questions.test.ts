import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StateStore } from '#database/state-store.ts';
import type { LanguageModel } from '#ports/language-model.ts';
import { openTestState } from '../../support/state.ts';
import { CHANNEL } from './board-fixture.ts';
import {
  ASKER,
  openQuestionsWorld,
  putIncidentThread,
  type QuestionsWorld,
  shown,
  THREAD,
  valueOf,
} from './questions-world.ts';

let state: StateStore;
let world: QuestionsWorld;

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
afterEach(async () => {
  await world.stop();
  expect(world.slack.problems).toEqual([]);
});

/** A model that proposes this, whatever it is asked. */
const modelOf = (query: string, meaning: string): LanguageModel => ({
  ask: () =>
    Promise.resolve({
      calls: [{ id: 'call-1', tool: 'propose_query', input: { query, meaning } }],
      inputTokens: 10,
      outputTokens: 5,
    }),
});

describe('a question that Claude translates', () => {
  it('is about the services of the thread where it names none, and its card says so', async () => {
    world = await openQuestionsWorld(state, { model: modelOf('FROM logs | STATS n = COUNT(*)', 'All lines.') });
    await putIncidentThread(world, state);
    const said = shown(await world.say('query anything odd?', { threadTs: THREAD }));
    expect(said).toContain('*Translated by Claude.*');
    expect(said).toContain('"payment-service"');
    expect(said).toContain('services of INC-142: payment-service');
  });
});

describe('a question of which Claude is asked', () => {
  const texts = (delivery: { readonly responses: readonly unknown[] }): readonly string[] =>
    delivery.responses.map((response) => JSON.stringify(response));

  it('shows at once what the grammar understood, and then what Claude makes of it', async () => {
    const model = modelOf('FROM logs | STATS n = COUNT(*)', 'All lines.');
    world = await openQuestionsWorld(state, { model });
    const delivery = await world.say('query errors odd');
    expect(texts(delivery)).toEqual([
      expect.stringMatching(/Understood in part.*Claude is asked as well/u),
      expect.stringContaining('Translated by Claude'),
    ]);
    const responses = delivery.responses.slice(0, 1);
    expect(shown(await world.click('query.run', valueOf({ ...delivery, responses }, 'Run')))).toContain('LIKE');
    await world.receiver.mention({ text: '<@U0SENTINEL> errors odd', user: ASKER, channel: CHANNEL });
    expect(world.slack.ephemerals).toMatchObject([
      { text: expect.stringContaining('Understood in part') },
      { text: expect.stringContaining('Translated by Claude') },
    ]);
  });

  it('says so where Claude has no other query', async () => {
    world = await openQuestionsWorld(state, { model: modelOf('', 'No idea.') });
    expect(texts(await world.say('query errors odd'))).toEqual([
      expect.stringContaining('Understood in part'),
      expect.stringContaining('Claude has no other query'),
    ]);
  });
});

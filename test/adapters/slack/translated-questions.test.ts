import { describe, expect, it } from 'vitest';
import type { LanguageModel } from '#ports/language-model.ts';
import { CHANNEL } from './board-fixture.ts';
import { ASKER, shown, THREAD, valueOf, useQuestionsWorld } from './questions-world.ts';

const world = useQuestionsWorld();

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
    await world.reopen({ model: modelOf('FROM logs | STATS n = COUNT(*)', 'All lines.') });
    await world.putIncidentThread();
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
    await world.reopen({ model });
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
    await world.reopen({ model: modelOf('', 'No idea.') });
    expect(texts(await world.say('query errors odd'))).toEqual([
      expect.stringContaining('Understood in part'),
      expect.stringContaining('Claude has no other query'),
    ]);
  });

  it('is answered in place of the line that says so, where the grammar understood nothing', async () => {
    await world.reopen({ model: modelOf('FROM logs | STATS n = COUNT(*)', 'All lines.') });
    const { responses } = await world.say('query please?');
    expect(responses).toMatchObject([
      { replace_original: false, response_type: 'ephemeral', text: 'Asking Claude to write the query; it follows.' },
      { replace_original: false, response_type: 'ephemeral', text: expect.stringContaining('Translated by Claude') },
    ]);
    await world.reopen({ model: modelOf('', 'No idea.') });
    expect((await world.say('query please?')).responses).toMatchObject([
      { text: expect.stringContaining('Asking Claude') },
      { replace_original: false, text: expect.stringContaining('Not understood') },
    ]);
    await world.receiver.mention({ text: '<@U0SENTINEL> please?', user: ASKER, channel: CHANNEL });
    expect(world.slack.ephemerals).toMatchObject([
      { text: expect.stringContaining('Asking Claude') },
      { text: expect.stringContaining('Not understood') },
    ]);
  });

  it.each([
    ['never reached Slack', { kind: 'lost-request' }, 1],
    ['was refused', { kind: 'status', status: 500 }, 1],
    ['seemed lost', { kind: 'lost-response' }, 2],
  ] as const)('is answered once where that line %s', async (_, fault, said) => {
    await world.reopen({ model: modelOf('FROM logs | STATS n = COUNT(*)', 'All lines.') });
    world.slack.failNext('respond', fault);
    const { responses } = await world.say('query please?');
    expect(responses).toHaveLength(said);
    expect(responses.at(-1)).toMatchObject({
      replace_original: false,
      text: expect.stringContaining('Translated by Claude'),
    });
  });

  it('shows what the grammar understood, to be edited, where the asker may not ask Claude now', async () => {
    await world.reopen({ model: modelOf('FROM logs', 'All lines.'), perMinute: 1 });
    await world.say('query please?');
    world.clock.advance(20_000);
    const limited = await world.say('query errors odd');
    expect(limited.responses).toHaveLength(1);
    expect(shown(limited)).toContain('*Understood in part.*');
    expect(shown(limited)).toContain(
      'Claude was not asked: you asked 1 time within a minute. Ask again in 40 s · Not run yet',
    );
    await world.click('query.edit', valueOf(limited, 'Edit…'));
    expect(JSON.stringify(world.slack.views)).toContain('*odd*');
  });
});

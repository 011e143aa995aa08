import { describe, expect, it } from 'vitest';
import { actions, button, context, header, section } from '#adapters/slack/cards/blocks.ts';
import { checkMessage, checkView } from '../../support/strict-slack/check-message.ts';

const problemsOf = (blocks: readonly unknown[], text = 'P1 a: it fails.') => checkMessage({ text, blocks });

const menu = (type: string, options: number, label = 'x'): unknown => ({
  type: 'actions',
  elements: [
    {
      type,
      action_id: 'menu',
      options: Array.from({ length: options }, (_, index) => ({
        text: { type: 'plain_text', text: label },
        value: String(index),
      })),
    },
  ],
});

describe('the checker of messages', () => {
  it('has nothing against a plain card', () => {
    expect(
      problemsOf([
        header('🔴 P1 · a'),
        section('*What*\n`x` &lt;'),
        context('a'),
        actions(button('Help', 'sentinel.help')),
      ]),
    ).toEqual([]);
  });

  const violations: Readonly<Record<string, readonly unknown[]>> = {
    'a header of 151 characters': [header('x'.repeat(151))],
    'a section of 3,001 characters': [{ ...section('x'), text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }],
    'more than 50 blocks': Array.from({ length: 51 }, () => section('x')),
    'no blocks': [],
    'an empty section': [section(' ')],
    'a block that does not render everywhere': [{ type: 'rich_text', elements: [] }],
    'a property that Slack does not know': [{ ...section('x'), colour: 'red' }],
    'the same block_id twice': [
      { ...section('x'), block_id: 'a' },
      { ...section('y'), block_id: 'a' },
    ],
    'a bare angle bracket': [section('a < b')],
    'a bare ampersand': [section('a & b')],
    'a mention of everybody': [section('<!channel>')],
    'a date without fallback': [section('<!date^1^{time}>')],
    'an open code fence': [section('```\nx')],
    'code too wide for a phone': [section(`\`\`\`\n${'x'.repeat(37)}\n\`\`\``)],
    'an emoji outside the set': [section('🚀')],
    'three buttons': [
      actions(button('a', 'incident.resolve'), button('b', 'incident.reopen'), button('c', 'sentinel.help')),
    ],
    'labels that wrap': [actions(button('x'.repeat(16), 'incident.resolve'), button('y'.repeat(16), 'sentinel.help'))],
    'a red button': [actions({ ...button('a', 'sentinel.help'), style: 'danger' })],
    'a hole': [section('undefined requests')],
    'a folded section': [{ type: 'section', text: { type: 'mrkdwn', text: 'x' } }],
    'a button label of 76 characters': [actions(button('x'.repeat(76), 'sentinel.help'))],
    'a button value of 2,001 characters': [actions({ ...button('a', 'sentinel.help'), value: 'x'.repeat(2001) })],
    'the same action_id twice in a block': [actions(button('a', 'sentinel.help'), button('b', 'sentinel.help'))],
    'a block_id of 256 characters': [{ ...section('x'), block_id: 'x'.repeat(256) }],
    'eleven fields': [
      { type: 'section', expand: true, fields: Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'x' })) },
    ],
    'six options in an overflow menu': [menu('overflow', 6)],
    '101 options in a select menu': [menu('static_select', 101)],
    'eleven checkboxes': [menu('checkboxes', 11)],
    'an option of 76 characters': [menu('overflow', 2, 'x'.repeat(76))],
    'a confirmation titled in 101 characters': [
      actions({
        ...button('a', 'sentinel.help'),
        confirm: {
          title: { type: 'plain_text', text: 'x'.repeat(101) },
          text: { type: 'plain_text', text: 'x' },
          confirm: { type: 'plain_text', text: 'x' },
          deny: { type: 'plain_text', text: 'x' },
        },
      } as never),
    ],
    'a text field in a message': [
      { type: 'input', label: { type: 'plain_text', text: 'x' }, element: { type: 'plain_text_input' } },
    ],
    'an image without a source': [{ type: 'image', alt_text: 'x' }],
  };
  for (const [name, blocks] of Object.entries(violations)) {
    it(`finds ${name}`, () => {
      expect(problemsOf(blocks)).not.toEqual([]);
    });
  }

  it('finds a fallback that a lock screen cannot show', () => {
    for (const text of ['', 'x'.repeat(121), '*bold*', '🔴 P1', '<@U1> did it', 'NaN % of requests']) {
      expect(problemsOf([section('x')], text)).not.toEqual([]);
    }
  });

  it('has nothing against a menu within its limits', () => {
    expect(problemsOf([menu('overflow', 5), { ...(menu('static_select', 100) as object), block_id: 'b' }])).toEqual([]);
  });

  it('finds a view that Slack would not open', () => {
    const text = (words: string) => ({ type: 'plain_text', text: words });
    const modal = { type: 'modal', title: text('Resolve'), blocks: [section('x')] };
    const input = { type: 'input', label: text('x'), element: { type: 'plain_text_input', max_length: 3000 } };
    expect(checkView(modal)).toEqual([]);
    expect(checkView({ ...modal, submit: text('Save'), blocks: [input] })).toEqual([]);
    const wrong = [
      { ...modal, title: text('x'.repeat(25)) },
      { ...modal, blocks: [input] },
      {
        ...modal,
        submit: text('Save'),
        blocks: [{ ...input, element: { type: 'plain_text_input', max_length: 3001 } }],
      },
      { ...modal, private_metadata: 'x'.repeat(3001) },
      { ...modal, callback_id: 'x'.repeat(256) },
      { ...modal, blocks: Array.from({ length: 101 }, () => section('x')) },
      { type: 'home', title: text('x'), blocks: [section('x')] },
      { type: 'workflow_step', blocks: [section('x')] },
    ];
    for (const view of wrong) expect(checkView(view), JSON.stringify(view).slice(0, 80)).not.toEqual([]);
  });

  it('finds what a local Slack would show raw', () => {
    for (const text of ['<!date^1^{time}|02:13 UTC>', '```\nx\n```', '&lt;']) {
      expect(checkMessage({ text: 'x', blocks: [section(text)] }, { dialect: 'local' })).not.toEqual([]);
    }
  });
});

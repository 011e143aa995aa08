import { describe, expect, it } from 'vitest';
import { actions, button, context, header, section } from '#adapters/slack/cards/blocks.ts';
import { checkMessage } from '../../support/strict-slack/check-message.ts';

const problemsOf = (blocks: readonly unknown[], text = 'P1 a: it fails.') => checkMessage({ text, blocks });

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
    'a section of 3,001 characters': [section('x'.repeat(3001))],
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

  it('finds what a local Slack would show raw', () => {
    for (const text of ['<!date^1^{time}|02:13 UTC>', '```\nx\n```', '&lt;']) {
      expect(checkMessage({ text: 'x', blocks: [section(text)] }, { dialect: 'local' })).not.toEqual([]);
    }
  });
});

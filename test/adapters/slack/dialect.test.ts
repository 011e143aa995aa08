import { describe, expect, it } from 'vitest';
import { actions, button, context, header, image, section } from '#adapters/slack/cards/blocks.ts';
import { inDialect, textInDialect } from '#adapters/slack/dialect.ts';

const CHART = { fileId: 'F01', permalink: 'http://127.0.0.1/files/F01.png', altText: 'A chart.' };

const message = {
  text: 'P1 a &amp; b',
  blocks: [
    header('🔴 P1 · a: 38 % of requests fail'),
    section('since <!date^1795227180^{time}|02:13 UTC> by <@U01YOU>: &lt;b&gt; &amp;lt; `COUNT(*) * 2`'),
    section('```\nn  message\n1  a * b * c &lt;x&gt;\n```'),
    image(CHART),
    actions(button('Resolve', 'incident.resolve', 'INC-1')),
    context('small'),
  ],
};

describe('the dialects', () => {
  it('write the comment beside a file as they write messages', () => {
    const comment = 'The CSV of 1 row: `@timestamp &gt;= NOW() | STATS COUNT(*), COUNT(*)`';
    expect(textInDialect(comment, 'slack')).toBe(comment);
    expect(textInDialect(comment, 'local')).toBe('The CSV of 1 row: `@timestamp >= NOW() | STATS COUNT(*), COUNT(∗)`');
  });

  it('leave a message for Slack as it is', () => {
    expect(inDialect(message, 'slack', CHART)).toBe(message);
  });

  it('write for a local Slack what it would show raw', () => {
    expect(inDialect(message, 'local', CHART)).toEqual({
      text: 'P1 a & b',
      blocks: [
        message.blocks[0],
        section('since 02:13 UTC by <@U01YOU>: ‹b> &lt; `COUNT(*) ∗ 2`'),
        section(
          [
            '`n\u00a0\u00a0message\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0`',
            '`1\u00a0\u00a0a\u00a0*\u00a0b\u00a0∗\u00a0c\u00a0‹x>`',
          ].join('\n'),
        ),
        { type: 'image', image_url: CHART.permalink, alt_text: 'A chart.' },
        message.blocks[4],
        message.blocks[5],
      ],
    });
  });

  it('let a literal that is longer than a phone’s line stick out alone', () => {
    const literal = `"${'x'.repeat(60)}"`;
    const { blocks } = inDialect({ text: 'a', blocks: [section(`\`\`\`\n| WHERE a ==\n${literal}\n\`\`\``)] }, 'local');
    expect(blocks).toEqual([section(`\`${'| WHERE a =='.padEnd(36).replaceAll(' ', '\u00a0')}\`\n\`${literal}\``)]);
  });
});

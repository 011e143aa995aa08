import type { CardMessage } from '#adapters/slack/cards/blocks.ts';

/** A message as a person would read it, for snapshots that can be reviewed by eye. */
export const outline = (message: CardMessage): string =>
  [
    `lock screen: ${message.text}`,
    ...message.blocks.map((block) => {
      switch (block.type) {
        case 'header':
          return `# ${block.text.text}`;
        case 'section':
          return block.text?.text ?? (block.fields ?? []).map((field) => field.text).join(' | ');
        case 'context':
          return block.elements
            .map((element) => `  ${'text' in element ? element.text : ''}`.replaceAll('\n', '\n  '))
            .join('\n');
        case 'image':
          return `[image: ${block.alt_text}]`;
        case 'actions':
          return block.elements
            .map((element) =>
              element.type === 'button'
                ? `[${element.style === 'primary' ? '+' : ''}${element.text.text} → ${element.action_id ?? ''} ${element.value ?? ''}]`
                : `[${element.type} → ${element.action_id ?? ''}: ${('options' in element ? (element.options ?? []) : []).map(({ text, value }) => `${text.text} ${value ?? ''}`).join(', ')}]`,
            )
            .join(' ');
      }
    }),
  ]
    .join('\n')
    .replaceAll('\u00a0', ' ');

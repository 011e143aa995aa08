import { type CardMessage, context } from './blocks.ts';

const PLAIN_ADDRESS = /^https?:\/\/[^\s<>|]+$/u;

/** The copy of a card that one person sees, with the way to the card itself and its thread. */
export const withCardLink = (copy: CardMessage, link: string | null): CardMessage => {
  const way = link !== null && PLAIN_ADDRESS.test(link) ? [`<${link}|The card and its thread>`] : [];
  return { ...copy, blocks: [...copy.blocks, context([...way, 'only you see this'].join(' · '))] };
};

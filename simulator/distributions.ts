import type { Random } from '#kernel/random.ts';

/** Standard normal, by Box and Muller (1958). */
const gaussian = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Log-normal with the given median; sigma is the spread of the logarithm. */
export const logNormal = (random: Random, median: number, sigma: number): number =>
  median * Math.exp(sigma * gaussian(random));

export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random());

export const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

export const hex = (random: Random, digits: number): string => {
  let text = '';
  while (text.length < digits) {
    text += Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  }
  return text.slice(0, digits);
};

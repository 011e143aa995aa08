import type { Random } from '#kernel/random.ts';

/** Standard normal, by Box and Muller (1958). */
const gaussian = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Log-normal with the given median; sigma is the spread of the logarithm. */
export const logNormal = (random: Random, median: number, sigma: number): number =>
  median * Math.exp(sigma * gaussian(random));

export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random());

export const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

const QUADS = Array.from({ length: 0x1_0000 }, (_, value) => value.toString(16).padStart(4, '0'));
const quad = (value: number): string => QUADS[value & 0xffff] as string;

/** Looked up: half of what a shop says is ids. */
export const hex = (random: Random, digits: number): string => {
  let text = '';
  while (text.length < digits) {
    const value = Math.floor(random() * 0x1_0000_0000);
    text += quad(value >>> 16) + quad(value);
  }
  return text.slice(0, digits);
};

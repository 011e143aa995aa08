const FNV_PRIME = 0x01_00_01_93;
const FNV_BASIS = 0x81_1c_9d_c5;

/** Two mixings of 32 bits that do not agree in their collisions (multiply and shift). */
export const mixFirst = (state: number, value: number): number => {
  const mixed = Math.imul(state ^ value, 0x9e_37_79_b1);
  return mixed ^ (mixed >>> 15);
};

export const mixSecond = (state: number, value: number): number => {
  const mixed = Math.imul((state + value) | 0, 0x85_eb_ca_6b);
  return mixed ^ (mixed >>> 13);
};

/** 32 bits of the text, FNV-1a over UTF-16 units. */
export const hashText = (text: string, seed: number): number => {
  let hash = FNV_BASIS ^ seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  return hash;
};

const hashTextSecond = (text: string): number => {
  let hash = 0x1_23_45;
  for (let at = 0; at < text.length; at += 1) hash = mixSecond(hash, text.charCodeAt(at));
  return hash;
};

/** 53 bits, a whole number that keys a map. */
export const join53 = (first: number, second: number): number => (first >>> 0) * 2 ** 21 + (second >>> 11);

/** The same in every process: what names a pattern after a restart. */
export const stableHash53 = (text: string): number => join53(hashText(text, 0), hashTextSecond(text));

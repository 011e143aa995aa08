export type Surface = 'slack' | 'rest' | 'mcp' | 'job' | 'command-line';

/** Who did something, and from where. Every mutation takes one. */
export type Actor =
  | { readonly kind: 'person'; readonly id: string; readonly surface: Surface }
  | { readonly kind: 'sentinel'; readonly surface: 'job' };

export const SENTINEL: Actor = { kind: 'sentinel', surface: 'job' };

export const isSameActor = (a: Actor, b: Actor): boolean =>
  a.kind === 'person' ? b.kind === 'person' && a.id === b.id : b.kind === 'sentinel';

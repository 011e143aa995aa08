// Two of them, at three bytes a character, fit in an entry of an index of PostgreSQL, which is at most 2,704 bytes.
const MAX_LENGTH = 400;

/** PostgreSQL takes neither a NUL character nor half a surrogate pair, and one odd name must not end a transaction for all. */
export const isStorableName = (name: string): boolean =>
  name.length <= MAX_LENGTH && !name.includes('\0') && name.isWellFormed();

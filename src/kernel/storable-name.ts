/** PostgreSQL takes neither a NUL character nor half a surrogate pair, and one odd name must not end a transaction for all. */
export const isStorableName = (name: string): boolean => !name.includes('\0') && name.isWellFormed();

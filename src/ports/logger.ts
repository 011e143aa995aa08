/** A fault goes under `err`: only there its message and stack are written out. */
type Fields = Readonly<Record<string, unknown>> & { readonly error?: never };

/** Structured logs. Fields never hold secrets or message bodies. */
export interface Logger {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

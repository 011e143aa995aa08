type Fields = Readonly<Record<string, unknown>>;

/** Structured logs. Fields never hold secrets or message bodies. */
export interface Logger {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

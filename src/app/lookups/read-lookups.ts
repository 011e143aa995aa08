import { readFile, stat } from 'node:fs/promises';
import type { ConfiguredLookup } from '#adapters/duckdb/lookup-tables.ts';
import type { Config } from '../../config.ts';
import type { ConfigProblem } from '../../config/problem.ts';
import { type ParseOutcome, parseLookup } from './parse-lookup.ts';

const MAX_BYTES = 10_485_760;
// All tables are in memory at once while the store is opened.
const MAX_CELLS = 2_000_000;

export type LookupsOutcome =
  | { readonly kind: 'ok'; readonly tables: readonly ConfiguredLookup[] }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] };

/** Without a byte-order mark; null if it is no UTF-8. */
const decode = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

const readLookup = async (name: string, file: string): Promise<ParseOutcome> => {
  const refuse = (found: string, expected: string): ParseOutcome => ({
    kind: 'invalid',
    problems: [{ key: `lookups.${name}`, found, expected }],
  });
  let bytes: Uint8Array;
  try {
    const about = await stat(file);
    if (!about.isFile()) return refuse(`no file at ${JSON.stringify(file)}`, 'a readable file');
    if (about.size > MAX_BYTES) return refuse(`${about.size} bytes in ${JSON.stringify(file)}`, `at most ${MAX_BYTES}`);
    bytes = await readFile(file);
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    return refuse(
      code === 'ENOENT' ? `no file at ${JSON.stringify(file)}` : `${code} on reading ${JSON.stringify(file)}`,
      'a readable file',
    );
  }
  const text = decode(bytes);
  return text === null
    ? refuse(`no UTF-8 in ${JSON.stringify(file)}`, 'a CSV in UTF-8')
    : parseLookup(name, file, text);
};

/** The tables of the files that `lookups` names, or everything that is wrong with them. */
export const readLookups = async (lookups: Config['lookups']): Promise<LookupsOutcome> => {
  const tables: ConfiguredLookup[] = [];
  const problems: ConfigProblem[] = [];
  let cells = 0;
  for (const [name, file] of Object.entries(lookups)) {
    const outcome = await readLookup(name, file);
    if (outcome.kind === 'invalid') {
      problems.push(...outcome.problems);
      continue;
    }
    cells += outcome.table.rows.length * outcome.table.columns.length;
    if (cells > MAX_CELLS) {
      const expected = `at most ${MAX_CELLS.toLocaleString('en-US')} cells in all tables; no more were read`;
      return { kind: 'invalid', problems: [...problems, { key: `lookups.${name}`, found: 'too much', expected }] };
    }
    tables.push(outcome.table);
  }
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'ok', tables };
};

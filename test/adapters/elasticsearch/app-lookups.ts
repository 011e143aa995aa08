import { onTestFinished } from 'vitest';
import { send } from './app-indices.ts';

interface AppLookup {
  readonly properties?: object;
  readonly documents?: readonly object[];
  readonly aliases?: Readonly<Record<string, object>>;
  /** Null: the usual one. */
  readonly mode?: 'lookup' | null;
}

const OWNERS = { 'service.name': { type: 'keyword' }, team: { type: 'keyword' } };
const ROW = { 'service.name': 'checkout', team: 'Shop' };

/** An index of an application, by default of mode lookup with the team of checkout; removed when the test ends. */
export const fillLookup = async (
  url: string,
  index: string,
  { properties = OWNERS, documents = [ROW], aliases = {}, mode = 'lookup' }: AppLookup = {},
): Promise<void> => {
  const settings = mode === null ? {} : { settings: { index: { mode } } };
  await send(url, 'PUT', `/${index}`, JSON.stringify({ ...settings, mappings: { properties } }));
  onTestFinished(async () => {
    await fetch(`${url}/${index}`, { method: 'DELETE' });
  });
  const lines = documents.flatMap((document) => [JSON.stringify({ index: {} }), JSON.stringify(document)]);
  if (lines.length > 0) await send(url, 'POST', `/${index}/_bulk?refresh=true`, `${lines.join('\n')}\n`);
  const actions = Object.entries(aliases).map(([alias, more]) => ({ add: { index, alias, ...more } }));
  if (actions.length > 0) await send(url, 'POST', '/_aliases', JSON.stringify({ actions }));
};

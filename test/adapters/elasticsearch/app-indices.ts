import { expect, onTestFinished } from 'vitest';

export const send = async (url: string, method: string, path: string, body: string): Promise<void> => {
  const type = path.includes('_bulk') ? 'application/x-ndjson' : 'application/json';
  const response = await fetch(`${url}${path}`, { method, headers: { 'content-type': type }, body });
  expect(response.ok, await response.text()).toBe(true);
};

interface AppIndex {
  readonly properties: object;
  readonly documents: readonly object[];
  readonly aliases?: readonly string[];
}

/** Indices of an application, removed when the test ends. */
export const fillIndices = async (url: string, indices: Readonly<Record<string, AppIndex>>): Promise<void> => {
  for (const [index, { properties, documents, aliases = [] }] of Object.entries(indices)) {
    await send(url, 'PUT', `/${index}`, JSON.stringify({ mappings: { properties } }));
    onTestFinished(async () => {
      await fetch(`${url}/${index}`, { method: 'DELETE' });
    });
    const lines = documents.flatMap((document) => [JSON.stringify({ index: {} }), JSON.stringify(document)]);
    if (lines.length > 0) await send(url, 'POST', `/${index}/_bulk?refresh=true`, `${lines.join('\n')}\n`);
    const actions = aliases.map((alias) => ({ add: { index, alias } }));
    if (actions.length > 0) await send(url, 'POST', '/_aliases', JSON.stringify({ actions }));
  }
};

import { describe, expect, it } from 'vitest';
import { listFiles, listFolders, readText } from './repository.ts';

interface Selector {
  readonly element?: { readonly type?: string | readonly string[]; readonly captured?: { readonly name?: string } };
}

interface OxlintConfiguration {
  readonly rules: {
    readonly 'boundaries/dependencies': readonly [
      string,
      { readonly policies: readonly { readonly from: Selector; readonly allow: { readonly to: Selector } }[] },
    ];
  };
}

type Edge = readonly [from: string, to: string];

const readLintEdges = async (): Promise<readonly Edge[]> => {
  const configuration = JSON.parse(await readText('.oxlintrc.json')) as OxlintConfiguration;
  return configuration.rules['boundaries/dependencies'][1].policies.flatMap(({ from, allow }): readonly Edge[] => {
    const source = from.element?.captured?.name;
    const target = allow.to.element?.captured?.name;
    return source !== undefined && target !== undefined ? [[source, target]] : [];
  });
};

const readPageEdges = async (): Promise<readonly Edge[]> =>
  [...(await readText('ARCHITECTURE.md')).matchAll(/^- ([a-z-]+) → ([a-z-]+)$/gm)].map(
    ([, from = '', to = '']): Edge => [from, to],
  );

/** Imports of one capability's face by another, as the code has them. */
const readCodeEdges = async (): Promise<readonly Edge[]> => {
  const files = (await listFiles('src/capabilities')).filter((file) => file.endsWith('.ts'));
  const edges: Edge[] = [];
  for (const file of files) {
    const [from = ''] = file.split('/');
    for (const [, to = ''] of (await readText(`src/capabilities/${file}`)).matchAll(/'#capabilities\/([a-z-]+)\//g)) {
      edges.push([from, to]);
    }
  }
  return edges;
};

const inOrder = (edges: readonly Edge[]): readonly string[] =>
  [...new Set(edges.map(([from, to]) => `${from} → ${to}`))].toSorted();

/** Whether following edges from a capability leads back to it. */
const isOnCircle = (start: string, edges: readonly Edge[]): boolean => {
  const seen = new Set<string>();
  const open = [start];
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    for (const [, to] of edges.filter(([source]) => source === from)) {
      if (to === start) return true;
      if (!seen.has(to)) open.push(to);
      seen.add(to);
    }
  }
  return false;
};

describe('edges between capabilities', () => {
  it('are the same in ARCHITECTURE.md and in the configuration of the linter', async () => {
    const edges = inOrder(await readLintEdges());
    expect(edges.length).toBeGreaterThan(0);
    expect(inOrder(await readPageEdges())).toEqual(edges);
  });

  it('are all used, and no others are', async () => {
    expect(inOrder(await readCodeEdges())).toEqual(inOrder(await readPageEdges()));
  });

  it('close no circle', async () => {
    const edges = await readPageEdges();
    for (const name of await listFolders('src/capabilities')) expect(isOnCircle(name, edges), name).toBe(false);
  });
});

describe('faces', () => {
  it('are one index.ts in each capability, and there is no other index.ts in src', async () => {
    const faces = (await listFiles('src')).filter((file) => /(^|\/)index\.ts$/.test(file));
    const capabilities = await listFolders('src/capabilities');
    expect(faces).toEqual(capabilities.map((name) => `capabilities/${name}/index.ts`));
  });
});

describe('time', () => {
  it('is not read from the machine where it must come from Clock', async () => {
    const readers: string[] = [];
    for (const room of ['kernel', 'esql', 'statistics', 'log-patterns', 'database', 'ports', 'capabilities']) {
      for (const file of await listFiles(`src/${room}`)) {
        if (/\bnew Date\(\s*\)|\bDate\.now\b/.test(await readText(`src/${room}/${file}`)))
          readers.push(`${room}/${file}`);
      }
    }
    expect(readers).toEqual(['kernel/clock.ts']);
  });
});

import { describe, expect, it } from 'vitest';
import { METRICS } from '#ports/metrics.ts';
import { listFiles, listFolders, readText } from './repository.ts';

/** Names in backticks that begin an entry of the paragraph with this bold title. */
const namesUnder = async (title: string): Promise<readonly string[]> => {
  const page = await readText('ARCHITECTURE.md');
  const paragraph = page.split('\n').find((line) => line.startsWith(`**${title}.**`)) ?? '';
  const entries = paragraph.slice(title.length + 5).split(/[.,·] ?/);
  return entries.flatMap((entry) => /^\s*`([a-z-]+)`/.exec(entry)?.[1] ?? []).toSorted();
};

describe('ARCHITECTURE.md', () => {
  it('names each capability, and none that is not there', async () => {
    expect(await namesUnder('Capabilities')).toEqual(await listFolders('src/capabilities'));
  });

  it('names each adapter, and none that is not there', async () => {
    expect(await namesUnder('Adapters')).toEqual(await listFolders('src/adapters'));
  });

  it('names each port, and none that is not there', async () => {
    const ports = (await listFiles('src/ports'))
      .filter((file) => !file.includes('/'))
      .map((file) => file.replace(/\.ts$/, ''));
    expect(await namesUnder('Ports')).toEqual(ports);
  });

  it('has a line for each folder of src', async () => {
    const page = await readText('ARCHITECTURE.md');
    for (const folder of await listFolders('src')) expect(page, folder).toContain(`\`src/${folder}`);
  });

  it('is one page', async () => {
    expect((await readText('ARCHITECTURE.md')).split('\n').length).toBeLessThan(110);
  });
});

describe('docs/metrics.md', () => {
  it('has each metric with its kind and labels, and no other', async () => {
    const rows = [
      ...(await readText('docs/metrics.md')).matchAll(/^\| `(sentinel_\w+)` \| (\w+) \| ([^|]*) \| [^|]+ \|$/gm),
    ];
    const documented = rows.map(([, name, kind, labels = '']) => ({
      name,
      kind,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
    }));
    expect(documented).toEqual(Object.entries(METRICS).map(([name, { kind, labels }]) => ({ name, kind, labels })));
  });

  it('speaks of no metric that does not exist', async () => {
    const names = (await readText('docs/metrics.md')).match(/sentinel_\w+/g) ?? [];
    for (const name of names) expect(Object.keys(METRICS)).toContain(name);
  });
});

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig, printEffectiveConfig } from '#config.ts';
import { listFileKeys } from '#config/known-keys.ts';
import { environmentSchema } from '#config/settings-schema.ts';
import { listFiles, readText, REPOSITORY } from './repository.ts';

const listDocuments = async (): Promise<readonly string[]> => [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...(await listFiles('docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`),
];

/** Anchors as GitHub makes them of headings. */
const anchorsOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const leadsSomewhere = async (document: string, target: string): Promise<boolean> => {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? document : join(dirname(document), path);
  if (!existsSync(join(REPOSITORY, file))) return false;
  return anchor === undefined || anchorsOf(await readText(file)).includes(anchor);
};

/** Inline code and indented lines, a piece a line. */
const codeOf = (markdown: string): string =>
  [...markdown.matchAll(/`([^`\n]+)`|^ {4,}(.+)$/gm)]
    .map(([, inline, indented]) => inline ?? indented ?? '')
    .join('\n');

describe('documents', () => {
  it('name only npm scripts that exist', async () => {
    const { scripts } = JSON.parse(await readText('package.json')) as { scripts: Record<string, string> };
    const known = [...Object.keys(scripts), 'install'];
    for (const document of await listDocuments()) {
      const code = codeOf(await readText(document));
      const commands = [...code.matchAll(/\bnpm (?:run )?([a-z][a-z:-]*)/g)].map(([, name = '']) => name);
      for (const name of commands) expect(known, `${document}: npm ${name}`).toContain(name);
    }
  });

  it('name only files of the repository that exist, in commands', async () => {
    for (const document of await listDocuments()) {
      const files = [...(await readText(document)).matchAll(/\bnode (?:--\S+ )*([\w/.-]+\.ts)/g)].map(
        ([, file = '']) => file,
      );
      for (const file of files) expect(existsSync(join(REPOSITORY, file)), `${document}: ${file}`).toBe(true);
    }
  });

  it('name no file or folder of the repository that is not there', async () => {
    const missing: string[] = [];
    for (const document of await listDocuments()) {
      const text = await readText(document);
      for (const [, path = ''] of text.matchAll(/`((?:src|demo|simulator|bench|test|docs|\.ci)\/[\w./*-]*)`/g)) {
        if (!existsSync(join(REPOSITORY, path.replace(/\*$/, '')))) missing.push(`${document}: ${path}`);
      }
    }
    expect(missing).toEqual([]);
  });

  it('have no relative link that leads nowhere', async () => {
    const broken: string[] = [];
    for (const document of await listDocuments()) {
      for (const [, target = ''] of (await readText(document)).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (!/^[a-z]+:/.test(target) && !(await leadsSomewhere(document, target)))
          broken.push(`${document}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('list each decision record', async () => {
    const records = (await listFiles('docs/adr')).filter((file) => /^\d{4}-/.test(file));
    const index = await readText('docs/adr/README.md');
    expect(records.map((file) => Number(file.slice(0, 4)))).toEqual(records.map((_, position) => position + 1));
    for (const file of records) expect(index).toContain(`(${file})`);
  });
});

describe('README.md', () => {
  it('says how to try it and how to test it, each as a line of its own', async () => {
    const lines = (await readText('README.md')).split('\n').map((line) => line.trim());
    expect(lines.filter((line) => line === 'npm install && npm run demo')).toHaveLength(1);
    expect(lines.filter((line) => line === 'npm install && npm test')).toHaveLength(1);
  });

  it('has each configuration key with its default', async () => {
    const loaded = loadConfig({ env: { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }, readFile: () => null });
    const defaults: unknown = loaded.kind === 'ok' ? parse(printEffectiveConfig(loaded.config)) : null;
    const defaultOf = (key: string): unknown =>
      key.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], defaults);
    const rows = [...(await readText('README.md')).matchAll(/^\| `([a-z][\w.<>]*)` \| (none|`[^|]*`) \|/gm)];
    const table = Object.fromEntries(rows.map(([, key = '', value = '']) => [key, value.replaceAll('`', '')]));
    const shown = (value: unknown): string =>
      Array.isArray(value) && value.length > 0
        ? `[${value.join(', ')}]`
        : value === undefined || (typeof value === 'object' && value !== null)
          ? 'none'
          : String(value);
    const expected = listFileKeys().map((key) => [key, shown(defaultOf(key))]);
    expect(table).toEqual(Object.fromEntries(expected));
  });

  it('has each variable of the environment', async () => {
    const readme = await readText('README.md');
    for (const name of Object.keys(environmentSchema.shape)) expect(readme).toContain(`\`${name}\``);
  });
});

describe('the repository', () => {
  it('mentions no path of a machine it was written on', async () => {
    const folders = ['src', 'demo', 'simulator', 'bench', 'test', 'docs', '.ci'];
    const inFolders = await Promise.all(
      folders.map(async (folder) => (await listFiles(folder)).map((file) => `${folder}/${file}`)),
    );
    const files = [
      ...inFolders.flat(),
      ...(await listDocuments()),
      'package.json',
      'NOTICE',
      'sentinel.example.yaml',
      '.env.example',
    ];
    const machinePath = /(^|[\s"'`(=])\/(home|root|Users|work)\/|\.\.\/shared\b/;
    const offenders: string[] = [];
    for (const file of files.filter((name) => /(\.(ts|md|json|ya?ml|sh|example)|\/run|NOTICE)$/.test(name))) {
      if (machinePath.test(await readText(file))) offenders.push(file);
    }
    expect(offenders).toEqual([]);
  });
});

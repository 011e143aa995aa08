import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '#config.ts';
import { environmentSchema } from '#config/settings-schema.ts';
import { listFiles, readText, REPOSITORY } from './repository.ts';

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly image?: string;
        readonly environment?: Readonly<Record<string, string>>;
        readonly ports?: readonly string[];
        readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
        readonly healthcheck?: unknown;
      }
    >
  >;
  readonly configs: { readonly sentinel: { readonly content: string } };
}

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const readPackage = async (): Promise<Package> => JSON.parse(await readText('package.json')) as Package;

const packageOf = (specifier: string): string => {
  const [scope = '', name = ''] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
};

describe('the image', async () => {
  const dockerfile = await readText('Dockerfile');
  const lines = dockerfile.split('\n');
  const lastStage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

  it('has a Dockerfile without a complaint of the linter', () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  it('runs the Node that the project runs, as a user that is not root', async () => {
    const { devDependencies } = await readPackage();
    const major = /\d+/.exec(devDependencies['node'] ?? '')?.[0];
    const images = lines.filter((line) => line.startsWith('FROM '));
    expect(images).toHaveLength(2);
    for (const image of images) expect(image).toContain(`FROM node:${major}-`);
    expect(lastStage.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(lastStage.findIndex((line) => line.startsWith('USER '))).toBeLessThan(
      lastStage.findIndex((line) => line.startsWith('CMD ')),
    );
  });

  it('starts as npm start does', async () => {
    const { scripts } = await readPackage();
    const command = lastStage.find((line) => line.startsWith('CMD '))?.slice('CMD '.length) ?? '[]';
    expect((JSON.parse(command) as string[]).join(' ')).toBe(scripts['start']);
  });

  it('asks for its health at the port of its configuration', () => {
    const at = lastStage.findIndex((line) => line.startsWith('HEALTHCHECK '));
    const command = lastStage[at + 1]?.trim().replace('CMD ', '') ?? '[]';
    expect(JSON.parse(command)).toEqual(['node', 'src/main.ts', '--check-health']);
  });

  it('copies what exists and what .dockerignore lets through', async () => {
    const ignore = (await readText('.dockerignore')).split('\n');
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(copied).toContain('src');
    for (const path of copied) {
      expect(existsSync(join(REPOSITORY, path)), path).toBe(true);
      expect(ignore, path).toContain(`!${path}`);
    }
  });

  it('installs everything that src imports without the development dependencies', async () => {
    const { dependencies } = await readPackage();
    const sources = await Promise.all(
      (await listFiles('src')).filter((file) => file.endsWith('.ts')).map((file) => readText(`src/${file}`)),
    );
    const imported = sources.flatMap((source) =>
      [...source.matchAll(/^(?:import|export) (?!type )[^;]*? from '([^'.#][^']*)'/gm)].map(([, name = '']) => name),
    );
    const packages = new Set(imported.filter((name) => !name.startsWith('node:')).map(packageOf));
    expect(packages.size).toBeGreaterThan(5);
    for (const name of packages) expect(Object.keys(dependencies)).toContain(name);
  });
});

describe('the production trial', async () => {
  const compose = parse(await readText('compose.yaml')) as Compose;
  const services = Object.entries(compose.services);

  it('has a compose file without a complaint of the linter', () => {
    const [result] = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] }).lintFiles(
      [join(REPOSITORY, 'compose.yaml')],
      false,
    );
    expect(result?.messages).toEqual([]);
  });

  it('names a version of every image, and opens ports to this machine alone', () => {
    for (const [name, { image, ports = [] }] of services) {
      if (image !== undefined) expect(image, name).toMatch(/:\d+[\w.-]*$/);
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('waits for every server by its health', () => {
    const needed = Object.entries(compose.services['sentinel']?.depends_on ?? {});
    expect(needed.map(([name]) => name).toSorted()).toEqual(['elasticsearch', 'postgres', 'redis']);
    for (const [name, { condition }] of needed) {
      expect(condition).toBe('service_healthy');
      expect(compose.services[name]?.healthcheck, name).toBeDefined();
    }
  });

  it('sets variables that Sentinel reads, and a configuration that it accepts', () => {
    const environment = compose.services['sentinel']?.environment ?? {};
    for (const name of Object.keys(environment)) expect(Object.keys(environmentSchema.shape)).toContain(name);
    const outcome = loadConfig({
      env: { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' },
      readFile: () => compose.configs.sentinel.content,
    });
    expect(outcome).toMatchObject({ kind: 'ok', config: { dataDirectory: '/data', http: { host: '0.0.0.0' } } });
  });
});

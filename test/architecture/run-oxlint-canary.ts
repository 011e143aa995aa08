import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFiles, REPOSITORY } from './repository.ts';

export interface Finding {
  /** Relative to the tree. */
  readonly file: string;
  /** E.g. `boundaries(dependencies)`. */
  readonly rule: string;
}

interface OxlintReport {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
}

const CANARY = join(REPOSITORY, 'test/architecture/canary');

/**
 * Lints a tree of the canary as if it were the project: a copy at a root of its own, with the
 * project's configuration, tsconfig and packages. `extraFiles` are written into the copy first.
 */
export const lintCanary = async (
  tree: 'clean' | 'planted',
  extraFiles: Readonly<Record<string, string>> = {},
): Promise<readonly Finding[]> => {
  const root = await mkdtemp(join(tmpdir(), 'sentinel-canary-'));
  try {
    await cp(join(CANARY, tree), root, { recursive: true });
    for (const name of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) {
      await cp(join(REPOSITORY, name), join(root, name));
    }
    await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
    for (const [name, text] of Object.entries(extraFiles)) await writeFile(join(root, name), text);
    const report = JSON.parse(await runOxlint(root)) as OxlintReport;
    return report.diagnostics.map(({ code, filename }) => ({ file: filename, rule: code }));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};

/** Findings make oxlint exit with 1; its report is on stdout either way. */
const runOxlint = async (root: string): Promise<string> =>
  await new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [join(REPOSITORY, 'node_modules/oxlint/bin/oxlint'), '--format', 'json'],
      { cwd: root, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (stdout.trimStart().startsWith('{')) resolve(stdout);
        else reject(new Error(`oxlint gave no report: ${stderr} ${stdout}`, { cause: error }));
      },
    );
  });

/** What the first line of each planted file says that the linter must find in it. */
export const expectedFindings = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
  const expected = new Map<string, readonly string[]>();
  for (const file of await listFiles('test/architecture/canary/planted')) {
    const [firstLine = ''] = (await readFile(join(CANARY, 'planted', file), 'utf8')).split('\n');
    const rules = /^\/\/ expects: (.+)$/.exec(firstLine)?.[1];
    expected.set(file, rules?.split(' ') ?? []);
  }
  return expected;
};

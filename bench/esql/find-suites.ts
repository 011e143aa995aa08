import { readdir } from 'node:fs/promises';

export const SUITE = '.csv-spec';

/** The `*.csv-spec` below a directory, at any depth, by their paths in it; or why there are none, as a sentence. */
export const findSuites = async (
  directory: string,
): Promise<{ readonly files: readonly string[] } | { readonly problem: string }> => {
  try {
    const found = await readdir(directory, { recursive: true });
    const files = found.filter((file) => file.endsWith(SUITE)).toSorted();
    return files.length > 0 ? { files } : { problem: `No *${SUITE} is below ${directory}` };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return { problem: `There is no directory ${directory}` };
    if (code === 'ENOTDIR') return { problem: `${directory} is a file; name the directory that it is in` };
    return { problem: `${directory} cannot be read (${String(code ?? error)})` };
  }
};

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a program in the place of local-slack: up at once, knows no method of Slack. Returns its path. */
export const writeFakeLocalSlack = (directory: string): string =>
  writeProgram(
    directory,
    `const port = Number(process.argv[process.argv.indexOf('--port') + 1]);
     require('node:fs').writeFileSync(${JSON.stringify(join(directory, 'pid'))}, String(process.pid));
     require('node:http').createServer((request, response) => {
       response.statusCode = request.url === '/_control/state' ? 200 : 404;
       response.end('{}');
     }).listen(port);`,
  );

/** An executable file with that CommonJS source. */
export const writeProgram = (directory: string, source: string): string => {
  const path = join(directory, 'fake-local-slack.cjs');
  writeFileSync(path, `#!${process.execPath}\n${source}\n`);
  chmodSync(path, 0o700);
  return path;
};

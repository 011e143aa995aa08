import { findSuites } from './esql/find-suites.ts';
import { runSuites } from './esql/run-suites.ts';
import { describeMachine } from './machine.ts';
import { readOptions, refuse } from './read-options.ts';

/**
 * How far the embedded engine answers as Elasticsearch does: runs csv-spec suites, Elastic's or one's own.
 * Flags: --spec <directory>, --json, --failures (with what was expected and got), --unsupported (with why).
 */

const values = readOptions({
  spec: { type: 'string' },
  json: { type: 'boolean', default: false },
  failures: { type: 'boolean', default: false },
  unsupported: { type: 'boolean', default: false },
});
const directory = values.spec ?? refuse('Name the directory of the suites: npm run bench:esql -- --spec <directory>');
const found = await findSuites(directory);
if ('problem' in found) refuse(found.problem);

const startedMs = performance.now();
const report = await runSuites(directory);
const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
const { passed, failed, unsupported, files } = report;
const told = [
  ...(values.failures ? report.failures.map((one) => ({ ...one, outcome: 'failed' })) : []),
  ...(values.unsupported ? report.unsupportedCases.map((one) => ({ ...one, outcome: 'unsupported' })) : []),
];
if (values.json) {
  const cases = told.length > 0 || values.failures ? { failures: told } : {};
  console.log(JSON.stringify({ passed, failed, unsupported, files, ...cases }));
} else {
  for (const one of told) {
    console.log(
      `${one.file}:${one.line} ${one.case}: ${one.outcome}\n  ${one.query.replaceAll('\n', '\n  ')}\n  ${one.reason}\n`,
    );
  }
  console.table(files);
  const share = passed + failed === 0 ? 0 : (100 * passed) / (passed + failed);
  console.log(`${passed} passed, ${failed} failed (${share.toFixed(1)} % passed of those), ${unsupported} unsupported`);
  console.log(`${seconds} s on ${describeMachine()}`);
}

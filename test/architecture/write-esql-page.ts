import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeLanguage } from './esql-page.ts';

/** Writes docs/esql.md anew: `npm run docs:esql`. */
writeFileSync(join(import.meta.dirname, '../../docs/esql.md'), describeLanguage());

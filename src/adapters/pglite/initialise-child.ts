import { PGlite } from '@electric-sql/pglite';
import { SETTINGS } from './pglite-settings.ts';

/** A process that makes an empty database in the directory named on its command line, and ends. */
const [dataDir = ''] = process.argv.slice(2);
const pglite = await PGlite.create({ dataDir, postgresqlconf: [...SETTINGS] });
await pglite.close();

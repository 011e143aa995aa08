import fc from 'fast-check';

/**
 * Properties are tried with the same cases each time: a change is not to be refused for a case that it did not bring.
 * `npm run fuzz` tries others, and prints the seed of those that fail.
 */
if (process.env['FUZZ'] === undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_261_122 });

import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The flags of a benchmark; one that it does not have ends the process with a sentence. */
export const readOptions = <Options extends NonNullable<ParseArgsConfig['options']>>(options: Options) => {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    const names = Object.keys(options).map((name) => `--${name}`);
    return refuse(`${sentence.replace(/\.$/, '')}; there are ${names.join(', ')}`);
  }
};

/** What was asked for cannot be done: says so and ends the process with 2. */
export const refuse = (sentence: string): never => {
  console.error(sentence);
  process.exit(2);
};

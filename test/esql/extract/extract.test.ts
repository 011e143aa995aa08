import { describe, expect, test } from 'vitest';
import { extractDissect } from '#esql/extract/extract-dissect.ts';
import { extractGrok } from '#esql/extract/extract-grok.ts';
import { GROK_PATTERNS } from '#esql/extract/grok-patterns.ts';

/** The whole of what a named pattern finds; JavaScript's dialect is near enough to RE2's for these. */
const found = (name: string, text: string): string | undefined => {
  const extraction = extractGrok(`^%{${name}:x}$`);
  if (typeof extraction === 'string') throw new Error(extraction);
  return new RegExp(extraction.regex, 's').exec(text)?.[1];
};

describe('GROK', () => {
  test.each(Object.keys(GROK_PATTERNS))('%s names only patterns that there are, and can be run', (name) => {
    const extraction = extractGrok(`%{${name}}`);
    expect(extraction).toHaveProperty('regex');
    if (typeof extraction !== 'string') expect(() => new RegExp(extraction.regex)).not.toThrow();
  });

  test.each([
    ['INT', '-12'], ['NUMBER', '3.25'], ['BASE16NUM', '0xfF'], ['WORD', 'a_b1'], ['UUID', '123e4567-e89b-12d3-a456-426614174000'],
    ['IPV4', '255.0.10.1'], ['IPV6', '2001:db8::8a2e:370:7334'], ['IPV6', '::1'], ['IPV6', 'fe80::'], ['MAC', '00:1A:2b:3c:4d:5e'],
    ['HOSTNAME', 'a-b.example.org'], ['EMAILADDRESS', 'a.b+c@example.org'], ['UNIXPATH', '/var/log/x.log'], ['WINPATH', String.raw`C:\Temp\x.txt`],
    ['URI', 'https://ada:pw@example.org:8443/a/b?x=1&y=2'], ['TIMESTAMP_ISO8601', '2026-11-20T10:00:00.123+01:00'], ['TIMESTAMP_ISO8601', '2026-11-20 10:00:00,123'],
    ['HTTPDATE', '20/Nov/2026:10:00:00 +0000'], ['SYSLOGTIMESTAMP', 'Nov  3 10:00:00'], ['LOGLEVEL', 'WARNING'], ['QUOTEDSTRING', String.raw`"say \"hi\""`],
    ['DATESTAMP_RFC2822', 'Fri, 20 Nov 2026 10:00:00 +0000'], ['JAVACLASS', 'org.example.Shop$Cart'], ['DATE_EU', '20.11.2026'],
  ])('%s finds %s', (name, text) => expect(found(name, text)).toBe(text)); // prettier-ignore

  test.each([
    ['IPV4', '256.0.0.1'], ['MONTHDAY', '32'], ['HOUR', '24'], ['UUID', '123e4567'], ['LOGLEVEL', 'fine'],
  ])('%s does not find %s', (name, text) => expect(found(name, text)).toBeUndefined()); // prettier-ignore

  test('plain groups catch nothing, and keys come in order of their names', () => {
    const extraction = extractGrok(String.raw`(a|b)\( [(] (?<z>c(d)) %{WORD:a:int} (?:x)`);
    expect(extraction).toMatchObject({
      groupCount: 2,
      keys: [
        { name: 'a', groups: [2], type: 'integer' },
        { name: 'z', groups: [1], type: 'keyword' },
      ],
    });
  });

  test.each([
    ['%{WORD:a:foo}', { name: 'a', type: 'keyword' }],
    ['%{WORD:a:integer}', { name: 'a', type: 'keyword' }],
    ['%{WORD:a:}', { name: 'a', type: 'keyword' }],
    ['%{NUMBER:a.b:float}', { name: 'a.b', type: 'float' }],
    ['%{WORD:[a][b]:long}', { name: '[a][b]', type: 'long' }],
  ])('%s names a key of one type, which is text unless it is a known one', (pattern, key) =>
    expect(extractGrok(pattern)).toMatchObject({ keys: [key] }),
  );

  test.each(['%{WORD', '%{WORD:a', '%{}', '%{WORD:}', '%{IN-T:a}', '%{WORD:a b}', 'a{2'])(
    '%s is an ordinary text',
    (pattern) => {
      const extraction = extractGrok(pattern);
      expect(extraction).toMatchObject({ keys: [] });
      if (typeof extraction !== 'string') expect(`<${pattern}>`).toMatch(new RegExp(extraction.regex));
    },
  );

  test.each([
    ['%{DATA:a},%{DATA:b}', [1, 2]],
    ['%{IP:a}(?: %{WORD:b})?', [1]],
    ['(?:%{WORD:a}|%{INT:b}) %{WORD:c}', [3]],
    ['%{WORD:a}|%{INT:b}', []],
    ['(?:%{WORD:a},)*(?<b>x+)', [2]],
    [String.raw`[(|]?\(%{WORD:a}\|(?<b>x|y)`, [1, 2]],
  ])('of %s the groups %j take part in every match', (pattern, certain) => {
    const extraction = extractGrok(pattern);
    expect(typeof extraction === 'string' ? extraction : [...extraction.certain]).toEqual(certain);
  });

  test.each([
    ['%{NOPE:a}', "Unable to find pattern [NOPE] in Grok's pattern dictionary"],
    ['(?=x)y', 'Pattern [(?=x)y] uses look-around'],
    ['(', 'Invalid pattern [(]'],
  ])('%s is refused', (pattern, problem) => expect(extractGrok(pattern)).toContain(problem));
});

describe('DISSECT', () => {
  test.each([
    ['plain', 'it has no key'],
    ['%{?a}', 'no key that is kept'],
    ['%{&a}', 'Reference keys'],
    ['%{a', 'it has no key'],
    ['%{+}', 'the key name could not be determined'],
    ['%{http/status}', 'Unable to parse key [%{http/status}]'],
    ['%{+a/32768}', 'its number is greater than 32767'],
    ['%{?+a} %{b}', 'multiple modifiers are not allowed'],
  ])('%s is refused', (pattern, problem) => expect(extractDissect(pattern)).toContain(problem));
});

/** Rows of a CSV (RFC 4180) by the names of its header; a byte-order mark and either line end are taken. */
export const readCsv = (text: string): readonly Readonly<Record<string, string>>[] => {
  const [header, ...rows] = [...splitRows(text.startsWith('\ufeff') ? text.slice(1) : text)];
  if (!header) return [];
  return rows.map((fields) => Object.fromEntries(header.map((name, column) => [name.trim(), fields[column] ?? ''])));
};

function* splitRows(text: string): Generator<readonly string[]> {
  let fields: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { field, end } = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
    fields.push(field);
    if (text[end] === ',') {
      at = end + 1;
      if (at === text.length) fields.push('');
      else continue;
    }
    at = text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1;
    if (fields.length > 1 || fields[0] !== '') yield fields;
    fields = [];
  }
}

const plainField = (text: string, start: number): { readonly field: string; readonly end: number } => {
  let end = start;
  while (end < text.length && !',\n\r'.includes(text[end] ?? '')) end += 1;
  return { field: text.slice(start, end), end };
};

/** What follows the closing quote up to the next comma is kept, as most readers do. */
const quotedField = (text: string, start: number): { readonly field: string; readonly end: number } => {
  let closing = text.indexOf('"', start + 1);
  while (closing !== -1 && text[closing + 1] === '"') closing = text.indexOf('"', closing + 2);
  if (closing === -1) return { field: text.slice(start + 1).replaceAll('""', '"'), end: text.length };
  const rest = plainField(text, closing + 1);
  return { field: text.slice(start + 1, closing).replaceAll('""', '"') + rest.field, end: rest.end };
};

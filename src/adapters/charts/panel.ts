import { PALETTE } from './palette.ts';

/** Drawn at the width of a phone's message, rendered at twice that. */
export const CHART_WIDTH = 360;
export const CHART_HEIGHT = 186;

export interface PanelWords {
  readonly title: string;
  readonly sample: string;
  readonly sampleColour: string;
  readonly present: string;
  readonly presentColour: string;
}

// XML has no control characters, not even escaped.
const escapeXml = (text: string): string =>
  text
    .replace(/\p{Cc}|[\ufffe\uffff]/gu, '')
    .toWellFormed()
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');

/** A whole SVG: the panel, its title lines, and the inside of `plotSvg`. */
export const wrapInPanel = (plotSvg: string, words: PanelWords, height = CHART_HEIGHT): string => {
  const plot = plotSvg.replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '');
  const text = (attributes: string, content: string): string =>
    `<text font-family="Inter" ${attributes}>${escapeXml(content)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${CHART_WIDTH}" height="${height}" viewBox="0 0 ${CHART_WIDTH} ${height}">`,
    `<rect width="${CHART_WIDTH}" height="${height}" rx="10" fill="${PALETTE.panel}"/>`,
    text(`x="14" y="25" font-weight="600" font-size="15" fill="${PALETTE.text}"`, words.title),
    text(`x="14" y="45" font-size="13" fill="${words.sampleColour}"`, words.sample),
    text(
      `x="${CHART_WIDTH - 14}" y="27" text-anchor="end" font-weight="600" font-size="20" fill="${words.presentColour}"`,
      words.present,
    ),
    `<g>${plot}</g></svg>`,
  ].join('');
};

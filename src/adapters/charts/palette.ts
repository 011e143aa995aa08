import type { Severity } from '#kernel/severity.ts';

/** One dark panel: Slack cannot serve a picture by theme. Contrast of text to panel is at least 4.5:1. */
export const PALETTE = {
  panel: '#1D2126',
  grid: '#343A42',
  text: '#F1F2F4',
  dim: '#AEB4BC',
  band: '#5B6B7E',
  bandLabel: '#8FA3BA',
  line: '#D5DAE0',
  recovered: '#3CCB8B',
} as const;

/** Of lines that are told apart by their names as well. */
export const SERIES_COLOURS = ['#5AA9FF', '#F7D154', '#3CCB8B', '#C792EA'] as const;

export const SEVERITY_COLOUR: Readonly<Record<Severity, string>> = {
  P1: '#FF5C60',
  P2: '#FF9F43',
  P3: '#F7D154',
  P4: '#5AA9FF',
};

export const FAILED_COLOUR = SEVERITY_COLOUR.P1;

export const SEVERITIES = ['P1', 'P2', 'P3', 'P4'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Smallest score for each severity. */
export type SeverityLines = Readonly<Record<Severity, number>>;

// PRODUCT.md, "Detection".
export const DEFAULT_SEVERITY_LINES: SeverityLines = { P1: 5, P2: 3.5, P3: 2.5, P4: 2 };

/** The severity of a score in [0, 10], or null below the last line. */
export const severityOfScore = (score: number, lines: SeverityLines = DEFAULT_SEVERITY_LINES): Severity | null =>
  SEVERITIES.find((severity) => score >= lines[severity]) ?? null;

export const isWorse = (a: Severity, b: Severity): boolean => SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);

export const worstSeverity = (a: Severity, b: Severity): Severity => (isWorse(a, b) ? a : b);

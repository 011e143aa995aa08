import { MAX_ATTRIBUTE_VALUE_LENGTH } from '#ports/telemetry-rules/row-limits.ts';
import { cutText } from '../cut-text.ts';
import { bytesOfAttributes } from '../request-budget.ts';
import { type OtlpValue, valueText } from './otlp-value.ts';

/** Where records come from: what their resource and scope say, once for all of them. */
export interface OtlpOrigin {
  readonly service: string;
  readonly host: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** The room that the attributes take, once for each record. */
  readonly bytes: number;
}

// What OpenTelemetry's own SDKs say where nobody has named the service.
const NAMELESS = 'unknown_service';

export interface OriginDraft {
  service: string | null;
  host: string | null;
  readonly attributes: Record<string, string>;
}

export const createOriginDraft = (): OriginDraft => ({ service: null, host: null, attributes: {} });

/** Sets an attribute, whatever it is called; one without a value is absent, one too long for a row is cut. */
export const setAttribute = (attributes: Record<string, string>, name: string, value: OtlpValue): void => {
  if (value === null || name === '') return;
  if (name !== '__proto__') attributes[name] = cutText(valueText(value), MAX_ATTRIBUTE_VALUE_LENGTH, attributes);
};

export const takeResourceAttribute = (draft: OriginDraft, name: string, value: OtlpValue): void => {
  if (name === 'service.name' && typeof value === 'string' && value !== '') draft.service = value;
  else if (name === 'host.name' && typeof value === 'string') draft.host = value;
  else setAttribute(draft.attributes, name, value);
};

export const originOf = ({ service, host, attributes }: OriginDraft): OtlpOrigin => ({
  service: service ?? NAMELESS,
  host,
  attributes,
  bytes: bytesOfAttributes(attributes),
});

/** The same origin with its scope, i.e. the library that wrote the records. */
export const withScope = (
  origin: OtlpOrigin,
  name: string,
  version: string,
  attributes: Readonly<Record<string, string>>,
): OtlpOrigin => {
  const own = {
    ...origin.attributes,
    ...attributes,
    ...(name === '' ? {} : { 'otel.scope.name': name }),
    ...(version === '' ? {} : { 'otel.scope.version': version }),
  };
  return { ...origin, attributes: own, bytes: bytesOfAttributes(own) };
};

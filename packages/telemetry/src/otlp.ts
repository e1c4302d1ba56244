export { openOtlp, type Otlp, type OtlpOptions } from './otlp/open-otlp.ts'
export { toOtlpJson } from './otlp/to-otlp-json.ts'

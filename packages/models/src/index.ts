export { openaiCompatible, type OpenAICompatibleOptions } from './openai-compatible/openai-compatible.ts'
export { type Environment, resolveModel, type ResolveOptions } from './resolve/resolve-model.ts'
export { type CallLimits, defaultLimits, type TransportOptions } from './transport/endpoint.ts'
export type { FileSource } from './transport/file-bytes.ts'

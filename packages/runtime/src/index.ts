export { createRuntime } from './create-runtime.ts'
export type { RuntimeParts } from './runtime-parts.ts'
export type { Runtime } from './runtime.ts'
export { answer, interrupt, message, type SignalOptions, steer, stop } from './signals.ts'

export { defence, type Defence, type DefenceOptions, type DefendedCall, type Verdict } from './defence.ts'
export type { Evidence } from './decide/evidence.ts'
export type { Finding, RuleName } from './decide/finding.ts'
export type { DefenceState } from './observe/defence-state.ts'
export type { Leaf } from './observe/leaf.ts'
export type { ObservedResult } from './observe/observe-result.ts'
export type { AcceptedOrigins, DefencePolicy } from './rules/defence-policy.ts'
export { type Origin, origins } from './rules/origin.ts'
export type { Owner } from './rules/owner.ts'
export { presetNames, type PresetName, presets } from './rules/presets.ts'
export type {
  ArgumentKind,
  IntentTerms,
  OutputAnnotation,
  PointerPattern,
  ToolAnnotation,
  ToolAnnotations,
} from './rules/tool-annotation.ts'

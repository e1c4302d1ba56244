export { annotateServer, findKnownServer, type ServerPlace } from './annotations/find-known-server.ts'
export { inferAnnotation } from './annotations/infer-annotation.ts'
export { type KnownServer, knownServers } from './annotations/known-servers.ts'
export { toolkitAnnotations } from './annotations/toolkit-annotations.ts'
export { askAbout, type CallQuestion } from './ask/ask-about.ts'
export type { FieldValue, QuarantinedField } from './ask/quarantined-fields.ts'
export { type QuarantinedAnswer, type QuarantinedReading, readQuarantined } from './ask/read-quarantined.ts'
export { type ShownCall, shownDigest } from './ask/shown-digest.ts'
export { createSpotlight, type Spotlight } from './ask/spotlight.ts'
export { type CallFacts, type Deed } from './deeds/deed.ts'
export { type Workplace } from './deeds/workplace.ts'
export { defenceGuard } from './guard/defence-guard.ts'
export { defence, type Defence, type DefenceOptions, type DefendedCall, type Verdict } from './defence.ts'
export type { Evidence } from './decide/evidence.ts'
export type { Finding, RuleName } from './decide/finding.ts'
export type { DefenceState } from './observe/defence-state.ts'
export type { Leaf } from './observe/leaf.ts'
export type { ObservedResult } from './observe/observe-result.ts'
export { annotateTool } from './rules/annotate-tool.ts'
export type { AcceptedOrigins, DefencePolicy } from './rules/defence-policy.ts'
export { defencePolicySchema } from './rules/defence-policy-schema.ts'
export { explainPolicy } from './rules/explain-policy.ts'
export { type Origin, origins } from './rules/origin.ts'
export type { Owner } from './rules/owner.ts'
export { isPresetName, type PresetName, presetNames, presets } from './rules/presets.ts'
export { type DefenceFile, readDefenceFile } from './rules/read-defence-file.ts'
export { readDefencePolicy } from './rules/read-defence-policy.ts'
export type { PlainSchema } from './rules/schema-fault.ts'
export type {
  ArgumentKind,
  IntentTerms,
  OutputAnnotation,
  PointerPattern,
  ToolAnnotation,
  ToolAnnotations,
} from './rules/tool-annotation.ts'
export { defenceFold } from './thread/defence-fold.ts'
export { type DefenceWatch, watchThread } from './thread/defence-watch.ts'
export type { OpenCall, ThreadDefence } from './thread/thread-defence.ts'

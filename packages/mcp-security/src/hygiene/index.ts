export { filePins } from './pins/file-pins.ts'
export { definitionDiff } from './pins/definition-diff.ts'
export { definitionDigest, setDigest } from './pins/definition-digest.ts'
export { memoryPins, type PinStore } from './pins/pin-store.ts'
export { guardElicitation, type ServerQuestion } from './questions/guard-elicitation.ts'
export { guardSampling, type SamplingGuard, type SamplingWish } from './questions/guard-sampling.ts'
export { type DeclaredResources, resourceFault } from './questions/resource-fault.ts'
export { type MarkupOptions, neutraliseMarkup } from './render/neutralise-markup.ts'
export { terminalText } from './render/terminal-text.ts'
export type { Finding, FindingKind } from './review/finding.ts'
export type { OtherServer } from './review/shadowing-judge.ts'
export type {
  PendingTool,
  ReviewedTools,
  ShownTool,
  ToolListing,
  WithheldTool,
} from './review/tool-review.ts'
export { type ReviewerOptions, type ToolReviewer, toolReviewer } from './review/tool-reviewer.ts'
export { type Hidden, type HiddenKind, type VisibleText, visibleText } from './text/hidden-text.ts'
export { untrustedNote, untrustedSpan } from './text/untrusted-span.ts'

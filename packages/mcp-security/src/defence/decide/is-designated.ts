import { activeTokens, type ActiveToken } from '../matching/active-tokens.ts'
import { canonicalUrl } from '../matching/canonical-url.ts'
import { normalise } from '../matching/normalise.ts'
import type { Leaf } from '../observe/leaf.ts'
import type { ToolAnnotation } from '../rules/tool-annotation.ts'
import type { DecidingParts } from './deciding-parts.ts'
import type { SoughtValue } from './find-evidence.ts'

/** What the user calls a value that is to be taken from a source. */
const asked: Readonly<Partial<Record<ActiveToken['kind'], RegExp>>> = {
  address: /\b(?:e-?mails?|mail|address(?:es)?|contact)\b/,
  url: /\b(?:article|blog|link|page|site|url|web ?page|website)\b/,
}

/**
 * Whether the user sent the agent for exactly this value: they named its source, or the author of the item, they said what kind of value it is, and it is the only one
 * of that kind there. Never where the call costs money, takes something away or cannot be undone.
 */
export function isDesignated(parts: DecidingParts, { value, kind }: SoughtValue, leaf: Leaf): boolean {
  const wanted = kind === 'url' ? 'url' : kind === 'recipient' ? 'address' : undefined
  if (wanted === undefined || typeof value !== 'string') return false
  if (!isMild(parts.annotation) || !isNamedSource(leaf, parts.annotation)) return false
  const words = asked[wanted]
  if (words === undefined || !parts.state.prompts.some(({ text }) => words.test(text))) return false
  const tokens = activeTokens(String(leaf.value)).filter((token) => token.kind === wanted)
  const spelled = new Set(tokens.map(({ text }) => spell(text)))
  return spelled.size === 1 && spelled.has(spell(value))
}

function isMild(annotation: ToolAnnotation | undefined): annotation is ToolAnnotation {
  if (annotation === undefined || annotation.destructive === true || annotation.cost === true) return false
  return annotation.effect === 'egress-read' || annotation.reversible === true
}

/** A page that the user named may link anywhere: only a link of an author whom they named is one that they sent the agent to. */
function isNamedSource({ author, named, selected }: Leaf, { effect }: ToolAnnotation): boolean {
  return author !== undefined || (effect !== 'egress-read' && named && selected)
}

function spell(text: string): string {
  return text.includes('@') ? normalise(text) : (canonicalUrl(text) ?? normalise(text))
}

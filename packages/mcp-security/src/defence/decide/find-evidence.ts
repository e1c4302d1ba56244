import { canonicalUrl, hostOf } from '../matching/canonical-url.ts'
import { promptHas } from '../matching/prompt-text.ts'
import type { Leaf } from '../observe/leaf.ts'
import type { Origin } from '../rules/origin.ts'
import { isOwner } from '../rules/owner.ts'
import type { ArgumentKind } from '../rules/tool-annotation.ts'
import type { DecidingParts } from './deciding-parts.ts'
import type { Evidence } from './evidence.ts'
import { isDesignated } from './is-designated.ts'
import { matchesHost } from './matches-host.ts'

/** A value that decides something, and what it decides. */
export interface SoughtValue {
  readonly value: string | number
  readonly kind: ArgumentKind
  /** The name of its argument. */
  readonly hint: string
}

/** Kinds of which a list of the service offers many, and the choice is what matters. */
const choices = new Set<ArgumentKind>(['resource', 'payload', 'target', 'path'])
const people = new Set<ArgumentKind>(['recipient', 'principal', 'url'])

/** Every place that a value stands in, as evidence of where the model may have it from. Empty where nobody ever said it. */
export function findEvidence(parts: DecidingParts, sought: SoughtValue): readonly Evidence[] {
  const { state, owner } = parts
  const { value, kind, hint } = sought
  const found: Evidence[] = []
  const said = state.prompts.find((prompt) => promptHas(prompt, value, hint))
  if (said !== undefined)
    found.push({ origin: 'prompt', ...(said.entry === undefined ? {} : { entry: said.entry }) })
  if (typeof value === 'string' && isOwner(owner, value)) found.push({ origin: 'owner' })
  if (isConfigured(parts, sought)) found.push({ origin: 'configured' })
  for (const leaf of state.leaves.equal(value)) found.push({ origin: originOf(leaf, kind), leaf })
  return typeof value === 'string' ? [...found, ...insideTexts(parts, { ...sought, value })] : found
}

function insideTexts(
  parts: DecidingParts,
  sought: SoughtValue & { readonly value: string },
): readonly Evidence[] {
  const { leaves } = parts.state
  return [
    ...leaves.inCatalogue(sought.value).map((leaf) => ({ origin: originOf(leaf, sought.kind), leaf })),
    ...leaves.inFreeText(sought.value).map((leaf): Evidence => ({
      origin: isDesignated(parts, sought, leaf) ? 'designated' : 'free-text',
      leaf,
    })),
  ]
}

function originOf(leaf: Leaf, kind: ArgumentKind): Origin {
  const { integrity, directed, selected } = leaf
  if (integrity === 'own' || integrity === 'free-text') return integrity
  if (integrity === 'structured') return directed ? 'structured-directed' : 'structured'
  if (integrity === 'vendor' || choices.has(kind)) return directed && selected ? 'trusted' : choiceOf(leaf)
  return directed || !people.has(kind) ? 'trusted' : 'listed'
}

function choiceOf({ directed, ranked }: Leaf): Origin {
  return directed && ranked ? 'ranked' : 'listed'
}

function isConfigured({ policy }: DecidingParts, { value, kind }: SoughtValue): boolean {
  if (kind !== 'url' || typeof value !== 'string') return false
  const url = canonicalUrl(value)
  return (
    url !== undefined && (policy.egress?.allow ?? []).some((pattern) => matchesHost(pattern, hostOf(url)))
  )
}

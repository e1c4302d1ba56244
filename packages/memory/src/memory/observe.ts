import { createHash } from 'node:crypto'

import { canonicalJson, KeepupError, type Label, trustedLabel } from '@keepup/core'

import type { Evidence, EvidenceId, NewEvidence } from '../contract/evidence.ts'
import { overlayOrigin, type ScopeId } from '../contract/scope.ts'
import { appendToScope } from './append-to-scope.ts'
import { catchUp } from './catch-up.ts'
import { dropEchoes } from './drop-echoes.ts'
import { readNamed } from './find-sources.ts'
import { observedEntry } from './observed-entry.ts'
import type { ResolvedParts } from './parts.ts'
import type { ScopeReaders } from './scope-readers.ts'

/** What became of what was said. */
export interface Observed {
  /** Everything that memory has of it, in order; also what it had before. */
  readonly ids: readonly EvidenceId[]
  /** What memory itself had said, and was said again: nothing of it is kept. */
  readonly dropped: readonly EvidenceId[]
}

/** Texts beyond that are no turns of a conversation: they belong into artifacts. */
const longestText = 1_000_000
const longestName = 200
const nameRule = `of 1 to ${longestName} characters`
/** The last one that a date can tell, as before 1970 the first. */
const latestMoment = 8.64e15

/** Keeps what was said, as it was said. */
export async function observe(
  parts: ResolvedParts,
  readers: ScopeReaders,
  scope: ScopeId,
  said: readonly NewEvidence[],
): Promise<Observed> {
  const all = said.map((each) => toEvidence(parts, each))
  const heard = await dropEchoes(parts, readers, scope, all)
  const kept = heard.filter(({ text, caption = '' }) => `${text}${caption}`.trim() !== '')
  const added = await withoutKnown(parts, scope, kept)
  const entries = added.map((evidence) => observedEntry(parts, evidence))
  if (entries.length > 0) await appendToScope(parts, scope, entries)
  const ids = new Set(kept.map(({ id }) => id))
  const emptied = all.map(({ id }) => id).filter((id) => !ids.has(id))
  // What was kept before repeats itself: that is no echo.
  const before = emptied.length === 0 ? [] : await readNamed(parts, scope, emptied)
  for (const { id } of before) ids.add(id)
  return {
    ids: all.map(({ id }) => id).filter((id) => ids.has(id)),
    dropped: emptied.filter((id) => !ids.has(id)),
  }
}

/** A thread knows the names of its own entries alone: what an overlay lies over has to be looked up. */
async function withoutKnown(
  parts: ResolvedParts,
  scope: ScopeId,
  evidence: readonly Evidence[],
): Promise<readonly Evidence[]> {
  if (overlayOrigin(scope) === undefined) return evidence
  await catchUp(parts, scope)
  const found = await readNamed(
    parts,
    scope,
    evidence.map(({ id }) => id),
  )
  const known = new Set(found.map(({ id }) => id))
  return evidence.filter(({ id }) => !known.has(id))
}

function toEvidence({ clock }: ResolvedParts, said: NewEvidence): Evidence {
  const { session, origin, text, caption, at = clock.now(), speaker = origin } = said
  if (text.length > longestText) throw tooLong(text.length)
  if (!Number.isFinite(at) || Math.abs(at) > latestMoment) throw invalid('at', 'a moment in milliseconds')
  if (!isName(session)) throw invalid('session', nameRule)
  if (!isName(speaker)) throw invalid('speaker', nameRule)
  const label = labelOf(origin, said.label)
  const told = { session, speaker, origin, text, at, ...(caption === undefined ? {} : { caption }) }
  const id = said.id ?? createHash('sha256').update(canonicalJson(told)).digest('hex').slice(0, 32)
  return { id, ...told, label }
}

/** Only a person is trusted, whatever a label says: one that was forged or handed on by mistake raises nothing. */
function labelOf(origin: Evidence['origin'], given: Label | undefined): Label {
  if (given === undefined) {
    return { ...trustedLabel, integrity: origin === 'user' ? 'trusted' : 'free-text', sources: [origin] }
  }
  return origin === 'user' || given.integrity !== 'trusted' ? given : { ...given, integrity: 'vendor' }
}

function isName(text: string): boolean {
  return text !== '' && text.length <= longestName
}

function tooLong(length: number): KeepupError {
  return new KeepupError(
    'input-invalid',
    `What was said has ${length} characters; memory keeps at most ${longestText} of one turn. Store it as an artifact, and observe what it says in short.`,
  )
}

function invalid(field: string, rule: string): KeepupError {
  return new KeepupError('input-invalid', `Evidence for memory has a wrong ${field}: it must be ${rule}.`)
}

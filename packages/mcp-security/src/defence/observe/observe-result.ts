import type { Effect, Integrity, JsonValue } from '@keepup/core'

import { normalise } from '../matching/normalise.ts'
import { promptHas, type PromptText } from '../matching/prompt-text.ts'
import type { Owner } from '../rules/owner.ts'
import type { OutputAnnotation, ToolAnnotation } from '../rules/tool-annotation.ts'
import { argumentLeaves } from './argument-leaves.ts'
import type { DefenceState } from './defence-state.ts'
import { integrityOf } from './integrity-of.ts'
import { isExtreme } from './is-extreme.ts'
import { isNamedRead } from './is-named-read.ts'
import { isSelected } from './is-selected.ts'
import type { Leaf } from './leaf.ts'
import { isObject, type Item, type Place, placesOf } from './places-of.ts'
import { covers } from './pointer-pattern.ts'
import { undeclaredWrite } from './undeclared-write.ts'

/** What a call gave back. */
export interface ObservedResult {
  readonly tool: string
  readonly input: JsonValue
  /** As data where the tool gave data, else its text. */
  readonly output: JsonValue
  /** It failed: what it says is free text, whatever the tool declares. */
  readonly failed?: boolean
  /** How far its tool itself vouches for it, where no annotation says; free text when left out. */
  readonly declared?: Integrity
  /** What the call touched, as it was recorded. */
  readonly effects?: readonly Effect[]
  readonly entry?: number
}

/** What an observer knows beside the state. */
export interface ObserverParts {
  readonly annotation: ToolAnnotation | undefined
  readonly owner: Owner
  /** What the call read holds secrets. */
  readonly secret?: boolean
}

const everythingFree: OutputAnnotation = { default: 'free-text' }

/** What a result adds to the state. What no tool declares is free text. */
export function observeResult(
  state: DefenceState,
  result: ObservedResult,
  parts: ObserverParts,
): DefenceState {
  const leaves = leavesOf(state, result, parts)
  const secret = leaves.filter(({ confidential }) => confidential)
  return {
    ...state,
    leaves: state.leaves.with(leaves),
    exposed: state.exposed || leaves.some(exposes),
    private: state.private || secret.length > 0,
    strayed: state.strayed || secret.some(({ directed }) => !directed),
  }
}

/** Turns a result into leaves with what each is worth. */
export function leavesOf(state: DefenceState, result: ObservedResult, parts: ObserverParts): readonly Leaf[] {
  if (parts.annotation?.echoes === true && result.failed !== true) return []
  const reading = readingOf(state, result, parts)
  if (parts.annotation?.effect === 'write' && reading.outputs === everythingFree && result.failed !== true)
    return undeclaredWrite(result, !state.exposed)
  return placesOf(result.output).map((place) => toLeaf(place, reading))
}

function readingOf(
  state: DefenceState,
  result: ObservedResult,
  { annotation, owner, secret = false }: ObserverParts,
): Reading {
  const named = isNamedRead(argumentLeaves(result.input), state.prompts, owner)
  return {
    outputs: result.failed === true ? everythingFree : outputsOf(annotation, result),
    secret,
    directed: !state.exposed || named,
    named,
    result,
    prompts: state.prompts,
    written: state.written,
    known: new Map(),
  }
}

function outputsOf(annotation: ToolAnnotation | undefined, { declared }: ObservedResult): OutputAnnotation {
  if (annotation?.outputs !== undefined) return annotation.outputs
  return declared === undefined || declared === 'free-text' ? everythingFree : { default: declared }
}

interface Standing {
  readonly selected: boolean
  readonly ranked: boolean
}

interface Reading {
  readonly outputs: OutputAnnotation
  readonly secret: boolean
  readonly directed: boolean
  readonly named: boolean
  readonly result: ObservedResult
  readonly prompts: readonly PromptText[]
  readonly written: ReadonlySet<string>
  /** What is known of an item already: its leaves share it. */
  readonly known: Map<Item, Standing>
}

function toLeaf(place: Place, reading: Reading): Leaf {
  const { outputs, directed, named, result, prompts, written } = reading
  const { value, pointer, item } = place
  const declared = integrityOf(outputs, result.output, place)
  const integrity = written.has(normalise(String(value))) ? 'free-text' : declared
  const author = authorOf(outputs, item, prompts)
  return {
    value,
    pointer,
    source: `tool:${result.tool}`,
    integrity,
    directed,
    named,
    ...standingOf(item, declared === 'vendor', reading),
    confidential: reading.secret || (outputs.confidential ?? []).some((pattern) => covers(pattern, pointer)),
    ...(author === undefined ? {} : { author }),
    ...(result.entry === undefined ? {} : { entry: result.entry }),
  }
}

function standingOf(item: Item, isCatalogue: boolean, { known, prompts }: Reading): Standing {
  const before = known.get(item)
  if (before !== undefined) return before
  const ranked = prompts.some((prompt) => isExtreme(item, prompt))
  const standing = { selected: isSelected(item, isCatalogue, prompts), ranked }
  known.set(item, standing)
  return standing
}

/** The author of an item, where the user's words name them. */
function authorOf(
  { author }: OutputAnnotation,
  { value }: Item,
  prompts: readonly PromptText[],
): string | undefined {
  const field = author?.split('/').at(-1)
  const name = field === undefined || !isObject(value) ? undefined : value[field]
  if (typeof name !== 'string' || name.length < 3) return undefined
  return prompts.some((prompt) => promptHas(prompt, name)) ? name : undefined
}

/** Numbers and empty texts carry no instruction. */
function exposes({ value, integrity }: Leaf): boolean {
  return integrity === 'free-text' && typeof value === 'string' && value.trim() !== ''
}

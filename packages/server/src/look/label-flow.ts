import {
  type Entry,
  joinTable,
  type JsonPointer,
  type Label,
  labelAt,
  type LabelTable,
  lostLabel,
  type Sequence,
} from '@keepup/core'

import { fieldsOf, itemsOf, textOf } from './fields-of.ts'
import { leavesOf, valueAt } from './leaves-of.ts'

/** @limit How many entries are told that an argument carries labels of. */
const mostEntries = 200
/** @limit How many places within one entry are told that hold the value. */
const mostPlaces = 5
/** @limit In characters: a shorter value stands in too many places to say anything. */
const shortestValue = 3
/** @limit In characters: what is told of a place. */
const longestExcerpt = 200

/** A place of an entry that holds the value, or a part of it. */
export interface FlowPlace {
  readonly pointer: JsonPointer
  readonly label: Label
  readonly said: string
}

/** An entry whose labels an argument carries. */
export interface FlowEntry {
  readonly sequence: Sequence
  readonly type: string
  readonly by: string
  readonly time: number
  readonly tool?: string | undefined
  /** The join of everything in it. */
  readonly label: Label
  /** Those of its sources that the argument carries. */
  readonly sources: readonly string[]
  /** Where it holds the value; empty where it does not: then the model knew of it, and no more is known. */
  readonly places: readonly FlowPlace[]
}

/** From an argument back to what it may have come from. */
export interface LabelFlow {
  readonly call: string
  readonly tool: string
  readonly argument: JsonPointer
  readonly value: unknown
  /** The entry in which the model wrote it, and what is known of that. */
  readonly asked: Sequence
  readonly label: Label
  /** Those that hold the value first, then the latest. */
  readonly entries: readonly FlowEntry[]
  /** How many more there are. */
  readonly more: number
}

/** Entries that carry what came before them, and bring nothing of their own. */
const carried = /^(?:assistant-message|approval-|model-|run-|system-warning|thread-|workspace-|tool-started)/

/**
 * Goes from an argument of a call back over the effective history: what a model writes carries the labels of all that it was shown, so every entry that brought one of
 * those sources may be where it is from; those that hold the value itself, or a part of it, are the likely ones. `undefined` where there is no such argument.
 */
export function labelFlow(
  entries: readonly Entry[],
  { call, argument }: { readonly call: string; readonly argument: JsonPointer },
): LabelFlow | undefined {
  const asked = entries.findLast((entry) => partOf(entry, call) !== undefined)
  const part = asked === undefined ? undefined : partOf(asked, call)
  const value = valueAt(part?.input, argument)
  if (asked === undefined || part === undefined || value === undefined) return undefined
  const label = labelAt(tableOf(asked), `/message/content/${part.index}/input${argument}`)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const found = entries
    .filter(({ sequence, type }) => sequence < asked.sequence && !carried.test(type))
    .flatMap((entry) => flowEntry(entry, label, text))
    .toReversed()
  const ordered = [
    ...found.filter(({ places }) => places.length > 0),
    ...found.filter(({ places }) => places.length === 0),
  ]
  return {
    call,
    tool: part.tool,
    argument,
    value,
    asked: asked.sequence,
    label,
    entries: ordered.slice(0, mostEntries),
    more: Math.max(0, ordered.length - mostEntries),
  }
}

function partOf(
  { type, data }: Entry,
  call: string,
): { readonly index: number; readonly tool: string; readonly input: unknown } | undefined {
  if (type !== 'assistant-message') return undefined
  const content = itemsOf(fieldsOf(fieldsOf(data)['message'])['content'])
  const index = content.findIndex(
    (part) => fieldsOf(part)['id'] === call && fieldsOf(part)['type'] === 'tool-call',
  )
  const { name, input } = fieldsOf(content[index])
  return index < 0 ? undefined : { index, tool: textOf(name), input }
}

function flowEntry(entry: Entry, argument: Label, value: string): readonly FlowEntry[] {
  if (entry.labels === undefined || entry.erased === true) return []
  const label = joinTable(entry.labels)
  const sources = label.sources.filter((source) => argument.sources.includes(source))
  const places = placesOf(entry, value)
  if (sources.length === 0 && places.length === 0) return []
  const tool = textOf(fieldsOf(entry.data)['tool'])
  const { sequence, type, by, time } = entry
  return [{ sequence, type, by, time, ...(tool === '' ? {} : { tool }), label, sources, places }]
}

/** Where an entry holds the value, or something of some length that the value holds. */
function placesOf(entry: Entry, value: string): readonly FlowPlace[] {
  if (value.length < shortestValue) return []
  const places: FlowPlace[] = []
  for (const { pointer, text } of leavesOf(entry.data)) {
    const at = text.indexOf(value)
    if (at < 0 && (text.length < 8 || !value.includes(text))) continue
    const from = Math.max(0, at - 40)
    places.push({
      pointer,
      label: labelAt(tableOf(entry), pointer),
      said: text.slice(from, from + longestExcerpt),
    })
    if (places.length === mostPlaces) break
  }
  return places
}

/** A lost label is the most restrictive one. */
function tableOf({ labels }: Entry): LabelTable {
  return labels ?? { default: lostLabel }
}

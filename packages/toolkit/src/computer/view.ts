import {
  type FilePart,
  type JsonObject,
  KeepupError,
  type LabelTable,
  type TextPart,
  type ToolOutput,
} from '@keepup/core'

import type { Computer, ComputerState, Size } from './computer.ts'
import { fitSize } from './fit-size.ts'
import { plain, renderTree } from './render-tree.ts'

/** What is shown of a computer, and how much. */
export interface ViewParts {
  readonly computer: Computer
  /** The largest picture. */
  readonly picture: Size
  /** The most characters of the tree. */
  readonly tree: number
}

/** What one output shows. */
export interface ViewRequest {
  readonly tree: boolean
  readonly picture: boolean
  /** The first line of the tree. */
  readonly from: number
  /** Sentences that come first. */
  readonly told?: readonly string[]
}

/**
 * What a model sees of a computer: what happened meanwhile, where it is, then the tree and the picture that were asked for. What cannot be shown is said, never
 * thrown: the action before it was done. Rejects only where the signal is aborted.
 */
export async function viewOf(
  parts: ViewParts,
  request: ViewRequest,
  signal: AbortSignal,
): Promise<ToolOutput> {
  const { computer } = parts
  const before = await attempt(true, () => computer.state(signal), signal)
  const free = before.value?.dialog === undefined
  const tree = await attempt(request.tree && free, () => treeOf(parts, request.from, signal), signal)
  const picture = await attempt(request.picture && free, () => pictureOf(parts, signal), signal)
  // A dialog may have opened meanwhile, and what happened meanwhile is to be told.
  const after = await attempt(true, () => computer.state(signal), signal)
  const states = [before, after].flatMap(({ value }) => (value === undefined ? [] : [value]))
  const faults = [after, tree, picture].flatMap(({ fault }) => (fault === undefined ? [] : [fault]))
  const notes = [...(request.told ?? []), ...computer.news(), ...faults]
  const state = states.at(-1)
  return {
    content: contentOf([...notes, ...describe(state)], tree.value, picture.value),
    structured: { notes, ...structuredOf(state), ...tree.value?.facts, ...picture.value?.facts },
    labels: labelsOf(states.flatMap(({ sources }) => sources)),
  }
}

/** One part of an output, with what programs are told of it. */
interface Part {
  readonly parts: readonly (TextPart | FilePart)[]
  readonly facts: JsonObject
}

function contentOf(
  head: readonly string[],
  tree: Part | undefined,
  picture: Part | undefined,
): readonly (TextPart | FilePart)[] {
  const first: readonly TextPart[] = head.length === 0 ? [] : [{ type: 'text', text: head.join('\n') }]
  return [...first, ...(tree?.parts ?? []), ...(picture?.parts ?? [])]
}

async function attempt<T>(
  wanted: boolean,
  look: () => Promise<T>,
  signal: AbortSignal,
): Promise<{ readonly value?: T; readonly fault?: string }> {
  if (!wanted) return {}
  try {
    return { value: await look() }
  } catch (error) {
    signal.throwIfAborted()
    if (!KeepupError.is(error)) throw error
    return { fault: error.message }
  }
}

async function treeOf({ computer, tree }: ViewParts, from: number, signal: AbortSignal): Promise<Part> {
  const { text, next, lines } = renderTree(await computer.tree(signal), from, tree)
  const shown = text === '' ? '[Nothing of the accessibility tree is there]' : text
  const more = next <= lines
  const note = more
    ? [`[Lines ${from} to ${next - 1} of ${lines}. For the rest: computer_view with from ${next}]`]
    : []
  return {
    parts: [shown, ...note].map((part) => ({ type: 'text', text: part })),
    facts: { lines, ...(more ? { next } : {}) },
  }
}

async function pictureOf({ computer, picture }: ViewParts, signal: AbortSignal): Promise<Part> {
  const screen = await computer.size(signal)
  const shown = fitSize(screen, picture)
  const { bytes, mediaType, size } = await computer.screenshot(shown, signal)
  const scaled = size.width === screen.width ? '' : `, of a screen of ${screen.width} by ${screen.height}`
  const said = `[The screen, ${size.width} by ${size.height} pixels${scaled}. Places are pixels of this picture.]`
  const base64 = Buffer.from(bytes).toString('base64')
  return {
    parts: [
      { type: 'text', text: said },
      { type: 'file', mediaType, name: 'screen', source: { base64 } },
    ],
    facts: { picture: { ...size }, screen: { ...screen } },
  }
}

function describe(state: ComputerState | undefined): readonly string[] {
  if (state === undefined) return []
  const { address, title, tabs = [], dialog } = state
  const where = address === undefined ? [] : [`Page: ${plain(address)} ${JSON.stringify(plain(title ?? ''))}`]
  const others = tabs.map((tab, index) => `${index + 1}${tab.shown ? ' (shown)' : ''}: ${plain(tab.address)}`)
  const waiting =
    dialog === undefined
      ? []
      : [
          `A dialog is open (${dialog.type}): ${JSON.stringify(plain(dialog.message))}. Everything waits for it: use answer_dialog.`,
        ]
  return [...where, ...(tabs.length > 1 ? [`Tabs: ${others.join('; ')}`] : []), ...waiting]
}

function structuredOf(state: ComputerState | undefined): JsonObject {
  if (state === undefined) return {}
  const { address, title, tabs, dialog } = state
  return {
    ...(address === undefined ? {} : { address, title: title ?? '' }),
    ...(tabs === undefined ? {} : { tabs: tabs.map((tab) => ({ ...tab })) }),
    ...(dialog === undefined ? {} : { dialog: { ...dialog } }),
  }
}

/** Less than free text of the tool nothing can be; who wrote it is added. */
function labelsOf(sources: readonly string[]): LabelTable {
  return {
    default: {
      integrity: 'free-text',
      sources: [...new Set(sources)].toSorted(),
      readers: 'anyone',
      confidential: false,
    },
  }
}

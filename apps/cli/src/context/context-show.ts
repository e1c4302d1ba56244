import type { AgentEntry, Entry } from '@keepup/core'
import type { AgentState } from '@keepup/loop'
import {
  calibrate,
  type Calibration,
  type ContextSection,
  contextSections,
  defaultContextBudget,
  estimateTokens,
  budgetInTokens,
  type ShownContext,
  uncalibrated,
} from '@keepup/memory/context'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { readAgentOnly } from '../graph/read-agent-only.ts'
import { readAgent } from '../read-agent.ts'
import type { ContextShowFlags } from '../routes/context-routes.ts'
import type { Store } from '../store.ts'
import { groupedDigits } from '../terminal/grouped-digits.ts'
import { type Column, tableLines } from '../terminal/table-lines.ts'
import { type FoundPlace, findPlace, openNamedStore } from '../travel/find-place.ts'
import { assumedWindow } from './assumed-window.ts'

/** Shows what the model of a thread would be shown now, or was at a position, by section and in tokens. Changes nothing, and asks no model. */
export async function contextShow(
  line: CommandLine,
  flags: ContextShowFlags,
  name: string,
): Promise<ExitName> {
  await using store = await openNamedStore(line, flags)
  const place = await findPlace(line, store, name, flags.at)
  const state = await readAgentOnly(store, place.thread, place.at)
  const calibration = await calibrationOf(store, place)
  const sections = contextSections(shownOf(state), (text) => calibration.factor * estimateTokens(text))
  const told = { thread: place.thread, at: place.at, ...windowOf(state), calibration, sections }
  const tokens = sections.reduce((sum, section) => sum + section.tokens, 0)
  const { out, outStyle: style, width } = line.terminal
  if (flags.json) {
    const { system, tools, messages } = shownOf(state)
    await out.write(`${JSON.stringify({ ...told, tokens, system, tools, messages: [...messages] })}\n`)
    return 'completed'
  }
  const rows = [...sections, totalOf(sections)].map((section) => ({ cells: cellsOf(section, told.window) }))
  await out.write(`${tableLines(columns, rows, { style, width }).join('\n')}\n${standing(told)}\n`)
  return 'completed'
}

const columns: readonly Column[] = [
  { title: 'section', align: 'left' },
  { title: 'items', align: 'right' },
  { title: 'tokens', align: 'right' },
  { title: 'of the window', align: 'right' },
]

function cellsOf({ name, items, tokens }: Row, window: number | undefined): readonly string[] {
  const share = window === undefined ? '' : `${((100 * tokens) / window).toFixed(1)} %`
  return [name, groupedDigits(items), groupedDigits(tokens), share]
}

type Row = Omit<ContextSection, 'name'> & { readonly name: string }

function totalOf(sections: readonly ContextSection[]): Row {
  const items = sections.reduce((sum, section) => sum + section.items, 0)
  return { name: 'all', items, tokens: sections.reduce((sum, { tokens }) => sum + tokens, 0) }
}

function shownOf({ instructions, messages, request }: AgentState): ShownContext {
  return { system: instructions?.system ?? '', tools: instructions?.tools ?? [], messages, request }
}

/** The window of the model in use, and from which fill on the policy acts. */
interface Window {
  readonly model?: string
  readonly window?: number
  readonly trigger?: number
  /** Where the window is not known: what it is taken for, and what the provider said was too long. */
  readonly because?: 'assumed' | 'overflowed'
}

function windowOf({ run }: AgentState): Window {
  const model = run?.settings.models[run.modelIndex]
  if (model === undefined) return {}
  const { id, contextWindow: known } = model
  const overflowed = run?.overflowed ?? Number.POSITIVE_INFINITY
  const window = Math.min(known ?? assumedWindow(id), overflowed)
  const trigger = Math.floor(budgetInTokens(defaultContextBudget, window).trigger)
  if (window === known) return { model: id, window, trigger }
  return { model: id, window, trigger, because: window === overflowed ? 'overflowed' : 'assumed' }
}

/** So many of the latest counts of the provider are looked at. */
const latest = 3

/** What the provider made of the prompts of the thread's latest calls of a model. */
async function calibrationOf({ checkpointer }: Store, { thread, at }: FoundPlace): Promise<Calibration> {
  const { entries } = await checkpointer.read(thread, { at })
  let known = uncalibrated
  for (const { sequence, data } of entries.filter(isAnswer).slice(-latest)) {
    const asked = await readAgent(checkpointer, thread, sequence - 1)
    const estimated = contextSections(shownOf(asked)).reduce((sum, { tokens }) => sum + tokens, 0)
    known = calibrate(known, estimated, data.usage.input)
  }
  return known
}

function isAnswer(entry: Entry): entry is AgentEntry<'assistant-message'> {
  return entry.type === 'assistant-message' && entry.erased !== true
}

function standing({
  model,
  window,
  trigger,
  because,
  calibration,
}: Window & { readonly calibration: Calibration }): string {
  const counted =
    calibration.counts === 0
      ? 'tokens are estimated: no model has answered yet'
      : `tokens are estimated, times ${calibration.factor.toFixed(2)} by what the provider counted`
  if (window === undefined || trigger === undefined || model === undefined)
    return `${counted}; no model was asked yet`
  const size = groupedDigits(window)
  const about = {
    known: `${model} has a window of ${size}`,
    assumed: `the window of ${model} is not known and taken for ${size} (--context-window says otherwise)`,
    overflowed: `a prompt of about ${size} was too long for ${model}`,
  }[because ?? 'known']
  return `${counted}; ${about}, and older messages give way from ${groupedDigits(trigger)} on`
}

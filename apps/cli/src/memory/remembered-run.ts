import {
  joinLabels,
  KeepupError,
  type Guidance,
  type GuidanceSituation,
  type GuidanceText,
  type Label,
  type ThreadId,
  trustedLabel,
} from '@keepup/core'

import type { Environment } from '../host.ts'
import type { Settings } from '../settings/setting.ts'
import { openStore, placeOf, type Store } from '../store.ts'

/** In tokens: what a run is told of what was said before. */
const mostRecalled = 1_500

/** Where the memory of a run lies, and whose it is. */
export interface MemoryPlace {
  readonly settings: Settings
  readonly environment: Environment
  readonly folder: string
  /** Tells a person something. */
  readonly note: (text: string) => void
}

/** Tells a run, when it begins, the rules that its person set and what was said before about what they ask; `undefined` where the settings do not want it. */
export function memoryGuidance(order: MemoryPlace): Guidance | undefined {
  if (order.settings.memory !== 'recall') return undefined
  return {
    async read(situation) {
      if (situation.touched.length > 0 || situation.request === undefined) return []
      try {
        return await recalled(order, { ...situation, request: situation.request })
      } catch (error) {
        order.note(`nothing could be recalled: ${reasonOf(error)}`)
        return []
      }
    },
  }
}

async function recalled(
  { settings, environment, folder }: MemoryPlace,
  { thread, told, request }: GuidanceSituation & { readonly request: string },
): Promise<readonly GuidanceText[]> {
  const place = placeOf(settings, environment)
  await using store = await openStore(place)
  const { openMemoryOf } = await import('./open-memory.ts')
  const { recallBlock, threadMemory } = await import('@keepup/memory')
  await using opened = await openMemoryOf(store, place.path)
  const { memory, checkpointer } = opened
  const { scope } = await threadMemory(memory, checkpointer, thread, { project: folder })
  const found = await memory.recall({ scopes: [scope], text: request, budget: mostRecalled })
  // What was said here stands here.
  const evidence = found.evidence.filter(({ session }) => session !== thread)
  const rules = await memory.core(scope)
  const label = [...evidence, ...found.items].reduce<Label>(
    (all, each) => joinLabels(all, each.label),
    trustedLabel,
  )
  return [
    ...news({ path: 'what your user wants remembered', text: rules, label: trustedLabel }, told),
    ...news({ path: 'earlier sessions', text: recallBlock({ ...found, evidence }), label }, told),
  ]
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function news(text: GuidanceText, told: Readonly<Record<string, string>>): readonly GuidanceText[] {
  return (told[text.path] ?? '') === text.text ? [] : [text]
}

/** Keeps what was said in a thread, and how its runs ended, in the memory of its project, where the settings want it. What goes wrong is told, and costs the run nothing. */
export async function rememberRun(
  store: Store,
  { settings, environment, folder, note }: MemoryPlace,
  thread: ThreadId,
): Promise<void> {
  if (settings.memory === 'off') return
  try {
    const { openMemoryOf } = await import('./open-memory.ts')
    const { observeThread } = await import('@keepup/memory')
    await using opened = await openMemoryOf(store, placeOf(settings, environment).path)
    const { memory, checkpointer } = opened
    const { scope } = await observeThread(memory, checkpointer, thread, { project: folder })
    await memory.consolidate(scope).catch(unlessHeld)
  } catch (error) {
    note(`the run could not be remembered: ${reasonOf(error)} (keepup memory observe ${thread})`)
  }
}

/** Whoever consolidates at this moment sees to what was said here as well, or the next run does. */
function unlessHeld(error: unknown): void {
  if (!KeepupError.is(error, 'lease-held')) throw error
}

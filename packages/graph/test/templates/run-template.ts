import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Checkpointer, Clock, JsonObject, JsonValue } from '@keepup/core'

import { type GraphOutcome, graphState, resumeGraph, runGraph } from '../../src/index.ts'
import {
  buildTemplate,
  readTemplate,
  type Template,
  type TemplateGraph,
  type TemplateParts,
} from '../../src/templates/index.ts'

/** What is left out of a template is the same in most tests. */
export type ShortTemplate = Omit<Template, 'keepup' | 'name'> & { readonly name?: string }

/** Where a run of a template stands. */
export interface TemplateRun {
  readonly built: TemplateGraph
  readonly checkpointer: Checkpointer
  readonly thread: string
  readonly outcome: GraphOutcome | undefined
  readonly output: JsonValue
  readonly waits: readonly {
    readonly node: string
    readonly wait: { readonly for: string; readonly until?: number }
  }[]
  readonly events: readonly string[]
}

/** Reads a short template. */
export function short(template: ShortTemplate): Template {
  return { keepup: 'graph/1', name: 'test', ...template }
}

/** Runs a template in memory, until it ends or waits. */
export async function runTemplate(
  template: ShortTemplate,
  parts: TemplateParts = {},
  options: { readonly input?: JsonObject; readonly clock?: Clock } = {},
): Promise<TemplateRun> {
  const built = buildTemplate(await readTemplate(short(template)), parts)
  const checkpointer = memoryCheckpointer()
  const clock = options.clock === undefined ? {} : { clock: options.clock }
  const run = runGraph({
    graph: built.graph,
    checkpointer,
    thread: 'test',
    input: built.input(options.input ?? {}),
    random: () => 0.5,
    ...clock,
  })
  return watch(built, checkpointer, run)
}

/** Goes on with a run. */
export function goOn({ built, checkpointer }: TemplateRun, clock?: Clock): Promise<TemplateRun> {
  const run = resumeGraph({
    graph: built.graph,
    checkpointer,
    thread: 'test',
    ...(clock === undefined ? {} : { clock }),
  })
  return watch(built, checkpointer, run)
}

async function watch(
  built: TemplateGraph,
  checkpointer: Checkpointer,
  run: ReturnType<typeof runGraph>,
): Promise<TemplateRun> {
  const events: string[] = []
  for await (const event of run) {
    if (!('live' in event)) events.push([event.type, event.scope].filter(Boolean).join(' '))
  }
  const { values, outcome, waits } = await graphState({ graph: built.graph, checkpointer, thread: 'test' })
  return { built, checkpointer, thread: 'test', outcome, waits, events, output: built.output(values) }
}

import type { AgentEvent, Model, ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import type { ServerAnswers } from '../mcp/answer-servers.ts'
import { chooseModel } from '../model/choose-model.ts'
import { limitsOf } from '../running/limits-of.ts'
import { openRunParts } from '../running/open-run-parts.ts'
import { openTree } from '../running/open-tree.ts'
import { runRole } from '../running/run-role.ts'
import type { FlagTexts } from '../settings/resolve-settings.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'

/** What an agent of a session is opened for. */
export interface AgentPlace {
  readonly thread: ThreadId
  readonly settings: Settings
  readonly folder: string
  readonly flags: FlagTexts
  readonly answers: ServerAnswers
  readonly note: (text: string) => void
  /** Learns which model answers. */
  readonly opened: (model: Model) => void
}

/** An agent of a thread, run after run with the same model, tools and rules. */
export interface SessionAgent extends AsyncDisposable {
  /** Runs the thread until it is finished or waits: a person is there to answer. */
  run(signal: AbortSignal): AsyncIterable<AgentEvent>
}

/** Opens what every run of a session is bounded by and works with, as `keepup run` does: in the role that its thread works in. */
export async function openSessionAgent(
  line: CommandLine,
  store: Store,
  place: AgentPlace,
): Promise<SessionAgent> {
  const { folder, note, answers, thread } = place
  const { environment, clock } = line.host
  const role = await runRole(line, store, place, note)
  const { settings, held } = role
  const model = await chooseModel(settings.model, line.host, note)
  if (settings.money !== undefined && model.price === undefined) {
    note(`the price of ${model.id} is not known: --max-cost counts only what its server says that calls cost`)
  }
  const order = { settings, folder, environment, clock, model, answerable: true, note, answers }
  const opened = await openRunParts(order)
  if (opened.confinement !== undefined) note(opened.confinement.text)
  place.opened(model)
  const tools = opened.tools.filter(({ name }) => role.has(name))
  async function* run(signal: AbortSignal): AsyncGenerator<AgentEvent> {
    const parts = { ...opened, thread, role, note, tools, held, store, model, folder, settings }
    await using tree = await openTree(line, parts)
    const { mode } = settings
    yield* tree.agent.run({ thread, limits: limitsOf(settings), mode, unattended: 'wait', signal })
  }
  return { run, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}

import type { AgentEvent, Model, ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { withWindow } from '../context/with-window.ts'
import type { ServerAnswers } from '../mcp/answer-servers.ts'
import { rememberRun } from '../memory/remembered-run.ts'
import { chooseModel } from '../model/choose-model.ts'
import { limitsOf } from '../running/limits-of.ts'
import { openRunParts } from '../running/open-run-parts.ts'
import { openTree } from '../running/open-tree.ts'
import { runRole } from '../running/run-role.ts'
import type { FlagTexts } from '../settings/resolve-settings.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import type { FinishedCallView } from '../terminal/outcome-line.ts'
import { commandRunner } from './command-runner.ts'

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
  /** Runs a command that the person typed, bounded and confined as one of the agent's: rules that deny hold, and nobody is asked, for they asked for it. */
  command(line: string, signal: AbortSignal): Promise<FinishedCallView>
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
  place.opened(withWindow(model, settings))
  const tools = opened.tools.filter(({ name }) => role.has(name))
  async function* run(signal: AbortSignal): AsyncGenerator<AgentEvent> {
    const composed = { ...opened, thread, role, note, tools, held, store, model, folder, settings }
    await using tree = await openTree(line, composed)
    const { mode } = settings
    yield* tree.agent.run({ thread, limits: limitsOf(settings), mode, unattended: 'wait', signal })
    await rememberRun(store, { settings, environment, folder, note }, thread)
  }
  const parts = { ...opened, tools, mode: settings.mode, artifacts: store.artifacts, clock }
  return { run, command: commandRunner(parts), [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}

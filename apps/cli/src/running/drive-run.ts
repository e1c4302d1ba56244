import { type AgentEvent, KeepupError, type RunRequest, type ThreadId } from '@keepup/core'
import type { Runtime } from '@keepup/runtime'

import type { CommandLine } from '../command-line.ts'
import { type ExitName, outcomeExit } from '../exit-code.ts'
import { followUp } from '../follow-up.ts'
import type { Environment } from '../host.ts'
import { answerServers, type ServerAnswers } from '../mcp/answer-servers.ts'
import { rememberRun } from '../memory/remembered-run.ts'
import { chooseModel } from '../model/choose-model.ts'
import { readAgent } from '../read-agent.ts'
import type { FlagTexts } from '../settings/resolve-settings.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import type { Progress } from '../terminal/progress.ts'
import { safeText } from '../terminal/safe-text.ts'
import { isAttended } from './is-attended.ts'
import { limitsOf } from './limits-of.ts'
import { openOutput } from './open-output.ts'
import { openRunParts } from './open-run-parts.ts'
import { openTree } from './open-tree.ts'
import type { OutputFormat } from './output-format.ts'
import type { RunOutput } from './run-output.ts'
import { runRole } from './run-role.ts'
import { watchStops } from './stop-watch.ts'
import { summaryLines, waitingLines } from './summary.ts'

/** A run, as a command asks for it. */
export interface RunOrder {
  readonly settings: Settings
  readonly flags: FlagTexts
  /** What `--cwd` said. */
  readonly cwd: string | undefined
  /** The folder that the agent works in. */
  readonly folder: string
  readonly thread: ThreadId
  /** Left out to go on where the thread stopped. */
  readonly input?: string
  /** What the calls that were left open were asked for, by the model's name of the call. */
  readonly open?: Progress['inputs']
  readonly format: OutputFormat
}

/** Runs an agent over an opened store, shows what happens, and says how the program exits. */
export async function driveRun(line: CommandLine, store: Store, asked: RunOrder): Promise<ExitName> {
  const note = (text: string): void => void line.terminal.notes.write(safeText(`note: ${text}\n`))
  const role = await runRole(line, store, asked, note)
  const order = { ...asked, settings: role.settings }
  const { folder, settings } = order
  const model = await chooseModel(settings.model, line.host, note)
  if (settings.money !== undefined && model.price === undefined) {
    note(`the price of ${model.id} is not known: --max-cost counts only what its server says that calls cost`)
  }
  const { environment, clock } = line.host
  const attended = order.format === 'text' && order.flags.unattended === undefined && isAttended(line)
  const told = order.open === undefined ? { attended } : { attended, open: order.open }
  const facts = { folder, model: model.id, mode: settings.mode }
  const { output, text } = await openOutput(line.terminal, order.format, { facts, clock, told })
  const tell = (said: string): void => void output.warn(safeText(said))
  const answerable = attended || settings.unattended === 'wait' || (await hasAsked(store, order.thread))
  const answers = answerServers(line, { attended, output, model })
  await using opened = await openRunParts({
    settings,
    folder,
    environment,
    clock,
    model,
    answerable,
    note,
    tell,
    answers,
  })
  if (opened.confinement !== undefined) note(opened.confinement.text)
  await using tree = await openTree(line, {
    ...opened,
    thread: order.thread,
    role,
    note,
    tools: opened.tools.filter(({ name }) => role.has(name)),
    held: role.held,
    store,
    model,
    folder,
    settings,
    ...snapshots(environment),
  })
  using stops = watchStops(line.host, output.closed, (said) => void output.warn(said))
  stops.signal.addEventListener('abort', () => answers.stop(), { once: true })
  const started = line.host.clock.now()
  const ended = await runToEnd(
    line,
    store,
    { agent: tree.agent, output, answers, attended, folder },
    request(order, attended, stops.signal),
  )
  const elapsed = line.host.clock.now() - started
  await rememberRun(store, { settings, environment, folder, note }, order.thread)
  if (text !== undefined) await sumUp(line, order, { ...ended, progress: text.transcript.progress, elapsed })
  return exitOf(ended.last, stops.exit)
}

/** Whether a question of the agent is open: its answer reaches it also where nobody could answer another one. */
async function hasAsked({ checkpointer }: Store, thread: ThreadId): Promise<boolean> {
  try {
    const { turn } = await readAgent(checkpointer, thread)
    return (turn?.calls ?? []).some(({ part, outcome }) => part.name === 'ask_user' && outcome === undefined)
  } catch (error) {
    if (KeepupError.is(error, 'thread-unknown')) return false
    throw error
  }
}

/** What runs, where it shows, and whether somebody can be asked. */
interface Running {
  readonly agent: Runtime
  readonly output: RunOutput
  readonly answers: ServerAnswers
  readonly attended: boolean
  readonly folder: string
}

/** How a run ended, or paused: its last entry, and the questions that are open. */
interface RunEnd {
  readonly last: AgentEvent | undefined
  readonly left: number
}

/** Runs to the end. Where the run waits for answers and somebody is there to give them, it goes on with them. */
async function runToEnd(
  line: CommandLine,
  store: Store,
  running: Running,
  first: RunRequest,
): Promise<RunEnd> {
  const { output } = running
  try {
    let last = await show(running, first)
    let left = await questionsLeft(line, store, running, last)
    while (last?.type === 'run-waiting' && left === 0) {
      last = await show(running, goOn(first))
      left = await questionsLeft(line, store, running, last)
    }
    return { last, left }
  } finally {
    await output.end()
  }
}

/** Shows a run and gives its last entry. */
async function show({ agent, output, answers }: Running, asked: RunRequest): Promise<AgentEvent | undefined> {
  let last: AgentEvent | undefined
  for await (const event of agent.run(asked)) {
    await answers.settled()
    await output.show(event)
    if (!('live' in event)) last = event
  }
  return last
}

/** How many questions of a run that waits are open, once the person at the terminal was asked. */
async function questionsLeft(
  line: CommandLine,
  store: Store,
  { attended, output, answers, folder }: Running,
  last: AgentEvent | undefined,
): Promise<number> {
  if (last?.type !== 'run-waiting') return 0
  if (!attended) return last.data.approvals.length
  await output.pause()
  const { askPerson } = await import('./ask-person.ts')
  const threads = await threadsBelow(store, last.thread)
  return answers.inTurn(() => askPerson(line, store, { threads, folder }))
}

/** A thread and those of the agents below it: their questions are asked as its own. */
async function threadsBelow({ checkpointer }: Store, thread: ThreadId): Promise<readonly ThreadId[]> {
  if ((await readAgent(checkpointer, thread)).agents === undefined) return [thread]
  const { agentsOf, readTree } = await import('@keepup/agents')
  return [...agentsOf(await readTree(checkpointer, thread))].map(({ agent }) => agent)
}

function goOn({ input: _, ...asked }: RunRequest): RunRequest {
  return asked
}

/** How often the state is kept, for tests and for those who measure: KEEPUP_SNAPSHOT_AFTER, in entries. */
function snapshots(environment: Environment): { readonly snapshotAfter?: number } {
  const after = Number(environment['KEEPUP_SNAPSHOT_AFTER'])
  return Number.isSafeInteger(after) && after > 0 ? { snapshotAfter: after } : {}
}

function request({ thread, input, settings }: RunOrder, attended: boolean, signal: AbortSignal): RunRequest {
  const { mode, unattended } = settings
  return {
    thread,
    limits: limitsOf(settings),
    mode,
    unattended: attended ? 'wait' : unattended,
    signal,
    ...(input === undefined ? {} : { input }),
  }
}

function exitOf(last: AgentEvent | undefined, asked: ExitName | undefined): ExitName {
  if (last?.type === 'run-waiting') return 'waiting'
  if (last?.type !== 'run-finished') return asked ?? 'failed'
  const { outcome, unattendedDenials } = last.data
  return outcome.type === 'interrupted' && asked !== undefined
    ? asked
    : outcomeExit(outcome, unattendedDenials)
}

async function sumUp(
  { host, terminal }: CommandLine,
  { thread, flags, cwd, settings }: RunOrder,
  { last, left, ...seen }: RunEnd & { readonly progress: Progress; readonly elapsed: number },
): Promise<void> {
  const next = followUp(host.self.command, thread, flags, cwd)
  const style = terminal.notesStyle
  if (last?.type === 'run-waiting') await terminal.notes.write(waitingLines(last.thread, left, next, style))
  if (last?.type !== 'run-finished') return
  await terminal.notes.write(summaryLines({ finished: last, ...seen, settings, next }, style))
}

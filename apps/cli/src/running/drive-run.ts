import type { AgentEvent, Limits, RunRequest, ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { type ExitName, outcomeExit } from '../exit-code.ts'
import { followUp } from '../follow-up.ts'
import type { Environment } from '../host.ts'
import { chooseModel } from '../model/choose-model.ts'
import type { FlagTexts } from '../settings/resolve-settings.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import type { Progress } from '../terminal/progress.ts'
import { safeText } from '../terminal/safe-text.ts'
import { startAgent } from './agent-parts.ts'
import { jsonOutput } from './json-output.ts'
import { watchStops } from './stop-watch.ts'
import { summaryLines, waitingLines } from './summary.ts'
import { textOutput } from './text-output.ts'

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
  readonly json: boolean
}

/** Runs an agent over an opened store, shows what happens, and says how the program exits. */
export async function driveRun(line: CommandLine, store: Store, order: RunOrder): Promise<ExitName> {
  const { folder, settings } = order
  const note = (text: string): void => void line.terminal.notes.write(safeText(`note: ${text}\n`))
  const model = await chooseModel(settings.model, line.host, note)
  if (settings.money !== undefined && model.price === undefined) {
    note(`the price of ${model.id} is not known: --max-cost counts only what its server says that calls cost`)
  }
  const agent = startAgent({ store, model, folder, settings, ...snapshots(line.host.environment) })
  const text = order.json ? undefined : textOutput(line.terminal, line.host.clock, order.open)
  const output = text ?? jsonOutput(line.terminal)
  using stops = watchStops(line.host, output.closed, (said) => void output.warn(said))
  const started = line.host.clock.now()
  let last: AgentEvent | undefined
  try {
    for await (const event of agent.run(request(order, stops.signal))) {
      await output.show(event)
      if (!('live' in event)) last = event
    }
  } finally {
    await output.end()
  }
  const elapsed = line.host.clock.now() - started
  if (text !== undefined) await sumUp(line, order, last, { progress: text.transcript.progress, elapsed })
  return exitOf(last, stops.exit)
}

/** How often the state is kept, for tests and for those who measure: KEEPUP_SNAPSHOT_AFTER, in entries. */
function snapshots(environment: Environment): { readonly snapshotAfter?: number } {
  const after = Number(environment['KEEPUP_SNAPSHOT_AFTER'])
  return Number.isSafeInteger(after) && after > 0 ? { snapshotAfter: after } : {}
}

function request({ thread, input, settings }: RunOrder, signal: AbortSignal): RunRequest {
  const { mode, unattended } = settings
  return {
    thread,
    limits: limitsOf(settings),
    mode,
    unattended,
    signal,
    ...(input === undefined ? {} : { input }),
  }
}

function limitsOf({ turns, money, time, tokens }: Settings): Limits {
  return {
    turns,
    ...(money === undefined ? {} : { money }),
    ...(time === undefined ? {} : { time }),
    ...(tokens === undefined ? {} : { tokens }),
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
  last: AgentEvent | undefined,
  seen: { readonly progress: Progress; readonly elapsed: number },
): Promise<void> {
  const next = followUp(host.self.command, thread, flags, cwd)
  const style = terminal.notesStyle
  if (last?.type === 'run-waiting') await terminal.notes.write(waitingLines(last, next, style))
  if (last?.type !== 'run-finished') return
  await terminal.notes.write(summaryLines({ finished: last, ...seen, settings, next }, style))
}

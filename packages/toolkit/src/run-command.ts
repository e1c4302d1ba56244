import type { Label, Milliseconds, ToolContext, ToolOutcome, ToolOutput } from '@keepup/core'

import { collectOutput } from './command-output.ts'
import { describeCommand, type EndedCommand, type Leftovers } from './describe-command.ts'
import { endProcessGroup } from './end-process-group.ts'
import { findSurvivors } from './find-survivors.ts'
import { startCommand, type StartedCommand } from './start-command.ts'

/** What to run, and how. */
export interface CommandRequest {
  readonly command: string
  readonly timeout: Milliseconds
  readonly shell: string
  readonly folder: string
  readonly mostStored: number
}

type Collected = ReturnType<typeof collectOutput>

/** How long children in the background may hold the output open after their shell has ended. */
const settling: Milliseconds = 250
/** How often the end of an output is waited for as long as it still grows. */
const mostRounds = 40
/** Below the 2 seconds that a call which is told to stop has altogether. */
const abortGrace: Milliseconds = 1_500

const label: Label = {
  integrity: 'free-text',
  sources: ['tool:shell'],
  readers: 'anyone',
  confidential: false,
}

/** Runs a command to its end, its time-out or its abort, and leaves nothing of it running. */
export async function runCommand(
  request: CommandRequest,
  context: ToolContext,
): Promise<ToolOutput | ToolOutcome> {
  const { key } = context.call
  context.signal.throwIfAborted()
  const started = await startCommand({ ...request, key })
  const { artifacts } = context
  const collected = collectOutput(started.output, {
    artifacts,
    label,
    mostStored: request.mostStored,
    progress: (text) => context.progress(text),
  })
  try {
    await context.processStarted(started.process)
  } catch (error) {
    await endProcessGroup(started.process.group, { grace: 0 })
    throw error
  }
  if (context.signal.aborted) {
    await endProcessGroup(started.process.group, { grace: 0 })
    return {
      type: 'failed',
      code: 'interrupted',
      message: 'It was stopped before it began. Nothing was done.',
    }
  }
  started.begin()
  const stopped = await waitForEnd(started, request.timeout, context)
  const left = await (stopped === undefined ? tidy(started, collected, key) : endAll(started, key, stopped))
  await lastOutput(collected)
  const ended = { ...(await exitOf(started)), ...left, stopped, timeout: request.timeout }
  return outcomeOf(ended, describeCommand(await collected.finish(), ended))
}

function outcomeOf(ended: EndedCommand, output: ToolOutput): ToolOutput | ToolOutcome {
  return ended.stopped === 'timed-out' ? { type: 'timed-out', after: ended.timeout, output } : output
}

/** Waits for the shell to end, `undefined`, or for what stops it. */
async function waitForEnd(
  { exited }: StartedCommand,
  timeout: Milliseconds,
  { clock, signal }: ToolContext,
): Promise<'aborted' | 'timed-out' | undefined> {
  const waiting = new AbortController()
  const late = clock.sleep(timeout, AbortSignal.any([signal, waiting.signal])).then(
    () => 'timed-out' as const,
    () => (signal.aborted ? ('aborted' as const) : undefined),
  )
  const first = await Promise.race([exited.then(() => undefined), late])
  waiting.abort()
  return first
}

/** Nothing that the shell left in its group runs on. What fled into a session of its own meant to: it is told of. */
async function tidy(
  { process, exited }: StartedCommand,
  { closed }: Collected,
  key: string,
): Promise<Leftovers> {
  await within(settling, Promise.all([exited, closed]))
  // A child that has just said its last word is about to end.
  const end = await endProcessGroup(process.group, { patience: settling })
  const running = (await findSurvivors(key)).map(({ pid }) => pid)
  return { endedBackground: end === 'ended', running }
}

/** Ends the group, and whatever of the call fled from it. */
async function endAll(
  { process }: StartedCommand,
  key: string,
  stopped: 'aborted' | 'timed-out',
): Promise<Leftovers> {
  const grace = stopped === 'aborted' ? { grace: abortGrace } : {}
  const fled = await findSurvivors(key)
  const groups = new Set([process.group, ...fled.map(({ group }) => group)])
  await Promise.all([...groups].map((group) => endProcessGroup(group, grace)))
  // What was started while its parents were ended.
  const late = await findSurvivors(key)
  await Promise.all(late.map(({ group }) => endProcessGroup(group, { grace: 0 })))
  const running = late.length === 0 ? [] : (await findSurvivors(key)).map(({ pid }) => pid)
  return { endedBackground: false, running }
}

/** Reads what still comes. A process that fled may hold the output open for ever, or print for ever. */
async function lastOutput({ closed, total }: Collected): Promise<void> {
  for (let round = 0; round < mostRounds; round++) {
    const before = total()
    if ((await within(settling, closed)) || total() === before) return
  }
}

/** How the shell ended. One that cannot be ended is not waited for. */
async function exitOf({ exited }: StartedCommand): Promise<Pick<EndedCommand, 'code' | 'signal'>> {
  const unknown = { code: null, signal: null }
  return Promise.race([exited, later(settling).then(() => unknown)])
}

async function within(duration: Milliseconds, awaited: Promise<unknown>): Promise<boolean> {
  return Promise.race([awaited.then(() => true), later(duration).then(() => false)])
}

function later(duration: Milliseconds): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration).unref())
}

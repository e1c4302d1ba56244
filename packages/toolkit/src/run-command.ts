import type { Label, Milliseconds, StartedProcess, ToolContext, ToolOutcome, ToolOutput } from '@keepup/core'

import { folderChange, folderReport } from './command-folder.ts'
import { collectOutput, type PrintedOutput } from './command-output.ts'
import { type CommandToContain, containCommand } from './contain-command.ts'
import { describeCommand, type EndedCommand, type Leftovers } from './describe-command.ts'
import { endProcessGroup } from './end-process-group.ts'
import { findDoubtful, findSurvivors } from './find-survivors.ts'
import { startCommand, type StartedCommand } from './start-command.ts'

/** What to run, and how. */
export interface CommandRequest extends CommandToContain {
  readonly timeout: Milliseconds
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

/** Runs a command to its end, its time-out or its abort, in its sandbox if it has one, and leaves nothing of it running. */
export async function runCommand(
  request: CommandRequest,
  context: ToolContext,
): Promise<ToolOutput | ToolOutcome> {
  context.signal.throwIfAborted()
  const contained = await containCommand({ ...request, before: folderReport })
  let notes: readonly string[] = []
  try {
    const started = await startCommand({ ...contained, key: context.call.key })
    const ended = await runStarted(started, request, context).finally(() => started.close())
    if (ended === undefined) return neverBegan
    notes = await contained.release()
    const output = describeCommand(ended.printed, { ...ended.end, notes })
    return ended.end.stopped === 'timed-out' ? { type: 'timed-out', after: request.timeout, output } : output
  } finally {
    await contained.release()
  }
}

const neverBegan: ToolOutcome = {
  type: 'failed',
  code: 'interrupted',
  message: 'It was stopped before it began. Nothing was done.',
}

/** Undefined where it was stopped before it began. */
async function runStarted(
  started: StartedCommand,
  { mostStored, timeout, confinement, root, folder }: CommandRequest,
  context: ToolContext,
): Promise<{ readonly printed: PrintedOutput; readonly end: Omit<EndedCommand, 'notes'> } | undefined> {
  const { artifacts } = context
  const { key } = context.call
  const collected = collectOutput(started.output, {
    artifacts,
    label,
    mostStored,
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
    return undefined
  }
  started.begin()
  const stopped = await waitForEnd(started, timeout, context)
  const left =
    stopped === undefined
      ? await tidy(started, collected, key)
      : await endAll(started, key, stopped, confinement !== undefined)
  await lastOutput(collected)
  const perhaps = confinement === undefined ? await doubtful(started.process, key) : []
  const to = stopped === undefined ? started.endedIn() : undefined
  const change = folderChange(root, folder, to)
  const end = { ...(await exitOf(started)), ...left, perhaps, stopped, timeout, change }
  return { printed: await collected.finish(), end }
}

async function doubtful({ started }: StartedProcess, key: string): Promise<readonly number[]> {
  return (await findDoubtful(key, started)).map(({ pid }) => pid)
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

/**
 * Ends the group, and whatever of the call fled from it. A sandbox ends all that is in it as soon as its own process is ended: what is inside is ended
 * first, so that it may end politely.
 */
async function endAll(
  { process }: StartedCommand,
  key: string,
  stopped: 'aborted' | 'timed-out',
  contained: boolean,
): Promise<Leftovers> {
  const grace = stopped === 'aborted' ? { grace: abortGrace } : {}
  const fled = (await findSurvivors(key)).map(({ group }) => group).filter((group) => group !== process.group)
  const ending = Promise.all(fled.map((group) => endProcessGroup(group, grace)))
  if (contained) await ending
  await Promise.all([ending, endProcessGroup(process.group, grace)])
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

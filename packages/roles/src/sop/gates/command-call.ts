import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'

import {
  type ArtifactStore,
  type CallKey,
  type FinishedCall,
  type JsonValue,
  KeepupError,
  type PreparedCall,
  type ReadyCall,
  type Reason,
  type ToolOutcome,
  type ToolOutput,
} from '@keepup/core'

import type { CommandGate } from '../definition/gate.ts'
import { askPerson } from '../run/ask-person.ts'
import type { CommandEvidence } from '../run/evidence.ts'
import { digestOf, type Session } from '../run/session.ts'
import type { Question } from '../run/sop-entries.ts'
import type { CommandTool } from '../run/sop-parts.ts'

/** What became of the command of a gate. `silent`: it said nothing about the project. */
export type CommandCall =
  | { readonly type: 'waiting' }
  | { readonly type: 'silent'; readonly reason: string; readonly command?: CommandEvidence }
  | { readonly type: 'ended'; readonly command: CommandEvidence; readonly output: string }

/** A command as it is to be run. */
export interface CommandOrder {
  readonly gate: string
  readonly key: CallKey
  readonly run: readonly string[]
  readonly asked: CommandGate
}

/** How much of a long output is read to find findings in it, in bytes. */
const mostRead = 32 * 1024 * 1024
const tailLength = 4_000

/** `shell { command, timeout_ms }` of the toolkit: each word is quoted, so that no shell reads it. */
export const shellCommandTool: CommandTool = {
  name: 'shell',
  input: (run, { timeoutMs }) => ({
    command: run.map(quoted).join(' '),
    timeout_ms: timeoutMs ?? 120_000,
  }),
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** Runs a command through the coordinator: decided, approved where that is wanted, bounded and recorded. An approval holds for the same command until the run ends. */
export async function callCommand(session: Session, order: CommandOrder): Promise<CommandCall> {
  const { parts, journal, signal, thread } = session
  const { name, input } = parts.commandTool ?? shellCommandTool
  const folder = await folderOf(parts.workspace.root, order.asked.cwd)
  if (folder === undefined)
    return { type: 'silent', reason: `its folder ${order.asked.cwd ?? ''} is not in the project` }
  const call = {
    thread: thread.thread,
    id: order.key,
    key: order.key,
    name,
    input: input(order.run, order.asked),
  }
  const prepared = await parts.coordinator.prepare(call, {
    mode: parts.mode ?? 'ask',
    exposure: journal.state.label,
    signal,
    ...(folder === parts.workspace.root ? {} : { folder }),
    recorded: () => journal.flush('power'),
  })
  if (prepared.type === 'refused') return silentOf(prepared.outcome)
  const leave = await leaveFor(session, order, prepared, call.input)
  if (leave.type !== 'ready') return leave
  return runReady(session, order, leave.ready, { ...call, input: leave.ready.input }, folder)
}

type Leave =
  | Extract<CommandCall, { type: 'silent' | 'waiting' }>
  | { readonly type: 'ready'; readonly ready: ReadyCall }

async function leaveFor(
  session: Session,
  order: CommandOrder,
  prepared: Exclude<PreparedCall, { type: 'refused' }>,
  input: JsonValue,
): Promise<Leave> {
  const ready: ReadyCall = prepared.type === 'ask' ? prepared.ready : prepared
  if (prepared.type === 'ready' && !session.journal.state.askCommands) return { type: 'ready', ready }
  const reasons = prepared.type === 'ask' ? prepared.reasons : [broughtByProject]
  const answer = await askPerson(session, questionOf(session, order, ready, reasons, input))
  if (answer.type === 'waiting') return { type: 'waiting' }
  if (answer.type !== 'answered') return { type: 'silent', reason: 'its command was not allowed' }
  if (answer.allow) return { type: 'ready', ready }
  const words = answer.message === undefined ? '' : `: ${answer.message}`
  return { type: 'silent', reason: `its command was not allowed${words}` }
}

const broughtByProject: Reason = { rule: 'sop', text: 'The procedure comes from the project, not from you.' }

/** Shows the command whole: what a person does not see, they do not allow. */
function questionOf(
  { parts }: Session,
  { gate, run, asked }: CommandOrder,
  { digest: called, effects }: ReadyCall,
  reasons: readonly Reason[],
  input: JsonValue,
): Question {
  const digest = digestOf([called, run, asked.cwd ?? ''])
  return {
    approval: `command-${digest.slice(0, 20)}`,
    key: digest,
    digest,
    question: `The gate ${gate} runs, in ${asked.cwd ?? 'the project'}: ${JSON.stringify(run)}. May it, for the rest of this procedure?`,
    reasons,
    effects,
    tool: parts.commandTool?.name ?? shellCommandTool.name,
    input,
  }
}

async function runReady(
  session: Session,
  { gate, key, run, asked }: CommandOrder,
  ready: ReadyCall,
  call: Parameters<ReadyCall['run']>[0]['call'],
  folder: string,
): Promise<CommandCall> {
  const { parts, journal, signal, clock, show } = session
  const once = asked.repeat === 'once'
  journal.stage('gate-began', { gate, key, run, once })
  await journal.flush(once ? 'power' : 'process')
  const finished = await ready.run({
    call,
    signal,
    clock,
    idempotencyKey: key,
    ...(parts.artifacts === undefined ? {} : { artifacts: parts.artifacts }),
    folder,
    progress: (text) => show({ type: 'gate-progressed', gate, text }),
    async processStarted(process) {
      journal.stage('gate-process-started', { key, process })
      await journal.flush(once ? 'power' : 'process')
    },
  })
  signal.throwIfAborted()
  return readFinished(finished, run, parts.artifacts)
}

async function readFinished(
  { outcome }: FinishedCall,
  run: readonly string[],
  artifacts: ArtifactStore | undefined,
): Promise<CommandCall> {
  const output = 'output' in outcome ? outcome.output : undefined
  const text = output === undefined ? '' : await wholeText(output, artifacts)
  const { exitCode, signal: ended } = fieldsOf(output?.structured)
  const command: CommandEvidence = {
    run,
    exit: typeof exitCode === 'number' ? exitCode : null,
    ...(typeof ended === 'string' ? { signal: ended } : {}),
    output: createHash('sha256').update(text).digest('hex'),
    tail: text.slice(-tailLength).toWellFormed(),
  }
  if (outcome.type !== 'completed') return { ...silentOf(outcome), command }
  if (command.exit === null)
    return {
      type: 'silent',
      command,
      reason:
        command.signal === undefined ? 'it did not say how it ended' : `it was ended by ${command.signal}`,
    }
  return { type: 'ended', command, output: text }
}

function silentOf(outcome: ToolOutcome): Extract<CommandCall, { type: 'silent' }> {
  switch (outcome.type) {
    case 'denied':
      return { type: 'silent', reason: `its command was denied: ${outcome.reason}` }
    case 'timed-out':
      return { type: 'silent', reason: `it took longer than ${outcome.after} ms and was ended` }
    case 'failed':
      return { type: 'silent', reason: `its command failed: ${outcome.message}` }
    case 'unknown':
      return { type: 'silent', reason: `it is not known what its command did: ${outcome.reason}` }
    case 'completed':
      return { type: 'silent', reason: 'it said nothing' }
  }
}

/** All of an output: the artifact where what is shown was cut. */
async function wholeText(output: ToolOutput, artifacts: ArtifactStore | undefined): Promise<string> {
  const shown = output.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
  const [artifact] = output.artifacts ?? []
  if (artifact === undefined || artifacts === undefined) return shown
  try {
    const chunks: Uint8Array[] = []
    for await (const chunk of artifacts.get(artifact, { to: mostRead })) chunks.push(chunk)
    return Buffer.concat(chunks).toString('utf8')
  } catch (error) {
    if (KeepupError.is(error)) return shown
    throw error
  }
}

/** Any object can be looked at by key. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

/** Where it is run, links followed; nothing where that is outside of the project. */
async function folderOf(root: string, cwd: string | undefined): Promise<string | undefined> {
  if (cwd === undefined) return root
  const found = await realpath(resolve(root, cwd)).catch(() => undefined)
  if (found === undefined) return undefined
  const within = relative(await realpath(root), found)
  return within === '..' || within.startsWith('../') || isAbsolute(within) ? undefined : resolve(root, within)
}

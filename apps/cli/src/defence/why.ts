import type { Entry, JsonPointer, Sequence } from '@keepup/core'
import type { DefendedCall, Evidence, Finding, ThreadDefence } from '@keepup/mcp-security/defence'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { stoodForCall } from '../stood-for-call.ts'
import { findPlace, openNamedStore } from '../travel/find-place.ts'
import { threadFolder } from '../travel/thread-folder.ts'
import { auditCalls, type AuditedCall } from './audit-calls.ts'
import { openDefence, type OpenedDefence } from './open-defence.ts'
import { valueAt } from './value-at.ts'
import { whyText } from './why-text.ts'

/** A place that a value stood in before it was an argument. */
export interface ValueSource {
  readonly origin: Evidence['origin']
  /** The entry of the thread that holds it. */
  readonly entry?: Sequence
  /** Where in the tool's result. */
  readonly pointer?: JsonPointer
  /** The tool that brought it. */
  readonly source?: string
  readonly integrity?: string
  /** What stands there. */
  readonly said?: string
}

/** The way of a value from where it stood to what it decides. */
export interface ValuePath {
  readonly call: string
  readonly tool: string
  readonly argument: JsonPointer
  readonly value: unknown
  /** Strongest first; empty where nobody said it. */
  readonly sources: readonly ValueSource[]
  /** The entry in which the model wrote it. */
  readonly asked: Sequence
  readonly decision: AuditedCall['decision']
  /** What speaks against the call by the policy that holds here now. */
  readonly findings: readonly Pick<Finding, 'rule' | 'deed' | 'text'>[]
  readonly policy: string
}

/** Says where the value of an argument came from, over which entries, and what was decided about it. */
export async function why(
  line: CommandLine,
  flags: StoreFlags & { readonly defence?: string },
  ...[name, wanted, argument]: readonly [string, string, string]
): Promise<ExitName> {
  await using store = await openNamedStore(line, flags)
  const { thread } = await findPlace(line, store, name)
  const { entries } = await store.checkpointer.read(thread)
  const call = findCall(auditCalls(entries), wanted)
  const folder = await threadFolder(line, store, thread, undefined)
  const { environment, workingDirectory: here } = line.host
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder })
  const opened = await openDefence(settings, { folder, environment })
  const path = followValue(opened, entries, call, argument.startsWith('/') ? argument : `/${argument}`)
  await line.terminal.out.write(
    flags.json ? `${JSON.stringify({ thread, ...path })}\n` : whyText(path, line.terminal.outStyle),
  )
  return 'completed'
}

function findCall(calls: readonly AuditedCall[], wanted: string): AuditedCall {
  const call =
    wanted === 'last'
      ? calls.at(-1)
      : calls.find(({ call: id, asked }) => id === wanted || String(asked) === wanted)
  if (call !== undefined) return call
  throw usageError(`the thread has no call ${wanted}`, 'take an id that keepup audit shows, or: last')
}

function followValue(
  { defence, guard }: OpenedDefence,
  entries: readonly Entry[],
  call: AuditedCall,
  argument: JsonPointer,
): ValuePath {
  const asked = stoodForCall(call.tool, call.input)
  const value = valueAt(asked.input, argument)
  if (value === undefined) {
    throw usageError(
      `${call.tool} was called without ${argument}`,
      `its input is ${JSON.stringify(asked.input)}`,
    )
  }
  const { seen } = stateBefore(guard, entries, call)
  const defended: DefendedCall = { ...asked, facts: factsOf(call) }
  const evidence = defence.evidence(seen, defended, argument)
  const { findings } = defence.decide(seen, defended)
  return {
    call: call.call,
    tool: asked.tool,
    argument,
    value,
    sources: evidence.map(sourceOf),
    asked: call.asked,
    decision: call.decision,
    findings: findings.map(({ rule, deed, text }) => ({
      rule,
      ...(deed === undefined ? {} : { deed }),
      text,
    })),
    policy: defence.policy.name,
  }
}

/** What the defence knew when it decided about a call. */
function stateBefore(
  guard: OpenedDefence['guard'],
  entries: readonly Entry[],
  { decided = Number.POSITIVE_INFINITY }: AuditedCall,
): ThreadDefence {
  let state = guard.fold.initial
  for (const entry of entries) {
    if (entry.sequence >= decided) break
    state = entry.type === 'thread-pruned' ? guard.rebase(entry) : guard.fold.apply(state, entry)
  }
  return state
}

function factsOf({ tool, input, effects }: AuditedCall): NonNullable<DefendedCall['facts']> {
  const command = tool === 'shell' ? valueAt(input, '/command') : undefined
  return {
    tool,
    repeat: 'once',
    commands: typeof command === 'string' ? [command] : [],
    effects: effects.map((text) => {
      const [kind = '', ...target] = text.split(':')
      return { kind: kind as 'exec', target: target.join(':') } // as it was recorded
    }),
  }
}

function sourceOf({ origin, leaf, entry = leaf?.entry }: Evidence): ValueSource {
  const at = entry === undefined ? {} : { entry }
  if (leaf === undefined) return { origin, ...at }
  const { pointer, source, integrity, value } = leaf
  return { origin, ...at, pointer, source, integrity, said: String(value).slice(0, 400) }
}

import type { AgentEntry, AgentEntryType, Entry, JsonValue, Reason, Sequence } from '@keepup/core'

/** One call of a thread, and everything that was decided about it. */
export interface AuditedCall {
  /** The model's name of the call. */
  readonly call: string
  readonly tool: string
  readonly input: JsonValue
  /** The entry in which the model asked for it. */
  readonly asked: Sequence
  /** The first entry that was decided upon it; nothing where it is open still. */
  readonly decided?: Sequence
  /** `ran`: by itself; `asked`: a person was to say; `denied`: nobody was asked. */
  readonly decision: 'open' | 'ran' | 'asked' | 'denied'
  readonly reasons: readonly Reason[]
  readonly question?: string
  readonly answer?: { readonly by: string; readonly allow: boolean; readonly message?: string }
  readonly effects: readonly string[]
  /** How it ended: the type of its outcome. */
  readonly outcome?: string
}

/** Every call of a thread's history, in the order in which the model asked for them. */
export function auditCalls(entries: readonly Entry[]): readonly AuditedCall[] {
  const calls = new Map<string, AuditedCall>()
  const change = (call: string, next: (known: AuditedCall) => Partial<AuditedCall>): void => {
    const known = calls.get(call)
    if (known !== undefined) calls.set(call, { ...known, ...next(known) })
  }
  for (const entry of entries) {
    if (entry.erased === true) continue
    if (isOf(entry, 'assistant-message')) for (const call of askedFor(entry)) calls.set(call.call, call)
    else if (isOf(entry, 'tool-started')) change(entry.data.call, (known) => begun(known, entry))
    else if (isOf(entry, 'approval-requested')) change(entry.data.call, () => questioned(entry))
    else if (isOf(entry, 'approval-answered')) answer(calls, entry)
    else if (isOf(entry, 'tool-finished')) change(entry.data.call, (known) => ended(known, entry))
  }
  return [...calls.values()]
}

/** Whether an entry is of a type of an agent's thread, whose data the type tells. */
function isOf<Type extends AgentEntryType>(
  entry: Entry,
  type: Type,
): entry is Extract<AgentEntry, { type: Type }> {
  return entry.type === type
}

function askedFor({ data, sequence }: AgentEntry<'assistant-message'>): readonly AuditedCall[] {
  return data.message.content.flatMap((part) =>
    part.type === 'tool-call'
      ? [
          {
            call: part.id,
            tool: part.name,
            input: part.input,
            asked: sequence,
            decision: 'open',
            reasons: [],
            effects: [],
          },
        ]
      : [],
  )
}

function effectsOf({
  effects,
}: {
  readonly effects: readonly { readonly kind: string; readonly target: string }[]
}): readonly string[] {
  return effects.map(({ kind, target }) => `${kind}:${target}`)
}

function begun(known: AuditedCall, { data, sequence }: AgentEntry<'tool-started'>): Partial<AuditedCall> {
  const input = data.input === undefined ? known.input : (data.input as JsonValue) // it was JSON when it was recorded
  const common = { input, effects: effectsOf(data), decided: known.decided ?? sequence }
  return known.decision === 'asked' ? common : { ...common, decision: 'ran', reasons: data.reasons ?? [] }
}

function questioned({ data, sequence }: AgentEntry<'approval-requested'>): Partial<AuditedCall> {
  const { question, reasons } = data
  return { decision: 'asked', question, reasons, effects: effectsOf(data), decided: sequence }
}

/** An answer names its question by the call's key; the call is the one that waits. */
function answer(calls: Map<string, AuditedCall>, { data }: AgentEntry<'approval-answered'>): void {
  const { by, allow, message } = data
  for (const [id, call] of calls) {
    if (call.decision !== 'asked' || call.answer !== undefined) continue
    calls.set(id, { ...call, answer: { by, allow, ...(message === undefined ? {} : { message }) } })
    return
  }
}

function ended(known: AuditedCall, { data, sequence }: AgentEntry<'tool-finished'>): Partial<AuditedCall> {
  const { outcome } = data
  const decided = known.decided ?? sequence
  if (outcome.type !== 'denied' || known.decision === 'asked') return { outcome: outcome.type, decided }
  return {
    outcome: 'denied',
    decided,
    decision: 'denied',
    reasons: [{ rule: 'denied', text: outcome.reason }],
  }
}

import type { HookEvent, HookVerdict, JsonValue, ToolOutput } from '@keepup/core'

import type { Dialect, ToldCall } from '../dialect/dialect.ts'
import { translateBack } from '../dialect/tool-translation.ts'
import { boundText, boundTexts, showText } from '../hook-text.ts'
import type { AllowingWord, Answer } from './answer.ts'

/** What an answer is read for. */
export interface AnswerSetting {
  /** What the hook is called. */
  readonly name: string
  readonly dialect: Dialect
  /** Whether a refusal refuses something at this moment. */
  readonly guards: boolean
  readonly event: HookEvent
  /** The call as the hook was told it. */
  readonly call: ToldCall | undefined
}

/** An answer as a verdict. Throws where a rewrite cannot be read. */
export function verdictOf(answer: Answer, setting: AnswerSetting): HookVerdict {
  const refusal = refusalOf(answer, setting.name)
  const stop = stopOf(answer, setting, refusal)
  const warnings = answer.warnings.map((text) => `The hook ${setting.name}: ${text}.`)
  const told = setting.guards || refusal === undefined ? {} : tellAfter(refusal, stop, setting)
  const messages = [...(told.messages ?? []), ...answer.messages, ...warnings].map(showText)
  return {
    ...decide(answer, setting, { refusal, stop }),
    ...rewrite(answer, setting),
    ...(answer.context.length === 0 ? {} : { context: boundTexts(answer.context) }),
    ...(stop === undefined ? {} : { stop }),
    ...told,
    ...(messages.length === 0 ? {} : { messages }),
  }
}

function refusalOf({ denies }: Answer, name: string): string | undefined {
  if (denies.length === 0) return undefined
  const reasons = [...new Set(denies.filter((text) => text.trim() !== ''))]
  return reasons.length === 0 ? `The hook ${showText(name)} refused it.` : showText(reasons.join('\n'))
}

function stopOf(
  { stops, cancels }: Answer,
  { dialect, event, guards, name }: AnswerSetting,
  refusal: string | undefined,
): string | undefined {
  const first = stops.find((text) => text.trim() !== '') ?? (stops.length === 0 ? undefined : '')
  if (first !== undefined)
    return first === '' ? `The hook ${showText(name)} stopped the run.` : showText(first)
  if (refusal === undefined) return undefined
  // Cline's `cancel` ends the task; so does a refusal of what a model has said already.
  if (cancels && dialect.refusalAfter === 'stops') return refusal
  return !guards && event.type === 'model-answered' ? refusal : undefined
}

/** Whether it may be done. What ends the run also refuses what is about to happen; at a stop there is nothing left to refuse. */
function decide(
  answer: Answer,
  { guards, dialect, event, name }: AnswerSetting,
  { refusal, stop }: { readonly refusal: string | undefined; readonly stop: string | undefined },
): Pick<HookVerdict, 'decision'> {
  if (!guards || (event.type === 'stop-requested' && stop !== undefined)) return {}
  const reason = stop ?? refusal
  if (reason !== undefined) return { decision: { type: 'deny', reason } }
  const [asked] = answer.asks
  if (asked !== undefined) {
    const text =
      asked.trim() === '' ? `The hook ${showText(name)} wants a person to decide.` : showText(asked)
    return { decision: { type: 'ask', question: text, reasons: [{ rule: `hook ${showText(name)}`, text }] } }
  }
  const heeded = dialect.heedsAllowance(event.type) && answer.allows.some((word) => isOwn(word, event))
  return heeded && answer.faults.length === 0 ? { decision: { type: 'allow' } } : {}
}

/** Whether such an allowance is one at this moment, in the dialects that heed any. */
function isOwn(word: AllowingWord, { type }: HookEvent): boolean {
  return type === 'permission-requested'
    ? word === 'behavior'
    : word === 'permissionDecision' || word === 'approve'
}

function rewrite(
  { input, output, faults }: Answer,
  { dialect, event, call }: AnswerSetting,
): Pick<HookVerdict, 'input' | 'output'> {
  if (event.type === 'tool-ended') return output === undefined ? {} : { output: outputOf(output) }
  // What was not understood may be what the rewrite needs.
  if (input === undefined || faults.length > 0) return {}
  if (event.type !== 'tool-requested' && event.type !== 'permission-requested') {
    throw new Error('it rewrote an input where there is none.')
  }
  const sent = call?.input ?? {}
  const whole = input.merge ? { ...sent, ...input.value } : input.value
  return { input: translateBack(dialect.tools, event.call.name, event.input, sent, whole) }
}

/** A refusal where nothing can be refused any more. */
function tellAfter(
  refusal: string,
  stop: string | undefined,
  { event, dialect }: AnswerSetting,
): HookVerdict {
  if (event.type === 'tool-ended' && dialect.refusalAfter === 'replaces') return { output: outputOf(refusal) }
  if (event.type === 'tool-ended' || event.type === 'agent-ended') {
    return { decision: { type: 'deny', reason: refusal } }
  }
  return stop === undefined ? { messages: [refusal] } : {}
}

/** What shall be shown in place of an output, whatever shape the dialect gives it. */
function outputOf(value: JsonValue): ToolOutput {
  return { content: [{ type: 'text', text: boundText(textOf(value)) }] }
}

function textOf(value: JsonValue): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join('\n')
  if (typeof value === 'object' && value !== null) {
    // An array was ruled out; the type guard of Array.isArray does not narrow readonly ones.
    const { stdout, stderr, text, content, llmContent } = value as Readonly<Record<string, JsonValue>>
    const parts = [stdout, stderr, text, content, llmContent].filter(
      (part) => part !== undefined && part !== '',
    )
    if (parts.length > 0) return parts.map((part) => textOf(part ?? '')).join('\n')
  }
  return JSON.stringify(value)
}

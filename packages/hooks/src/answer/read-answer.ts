import { canonicalJson, type JsonObject, type JsonValue } from '@keepup/core'

import {
  type AnswerDraft,
  type FieldReader,
  flagField,
  ignored,
  isObject,
  objectField,
  readFields,
  textField,
  unsupported,
  wordField,
} from './answer-reader.ts'
import type { Answer } from './answer.ts'

/**
 * Reads the objects that a hook printed, in the words of any of the dialects: a hook that was moved from one program to another, or speaks several at once, is
 * understood. Of several objects none takes back what another said. No object says nothing.
 */
export function readAnswer(printed: readonly JsonObject[]): Answer {
  const draft: AnswerDraft = {
    allows: [],
    denies: [],
    asks: [],
    stops: [],
    cancels: false,
    context: [],
    messages: [],
    background: false,
    faults: [],
    warnings: [],
    reasons: {},
  }
  for (const object of printed) {
    draft.reasons = {}
    // Reasons first: they stand beside what they are for, in any order.
    readFields(pick(object, reasonFields), reasonFields, draft, '')
    const specific = object['hookSpecificOutput']
    if (isObject(specific)) readFields(pick(specific, reasonFields), reasonFields, draft, '')
    readFields(object, { ...fields, ...known(reasonFields) }, draft, '')
  }
  const { reasons: _, ...answer } = draft
  return answer
}

function pick(object: JsonObject, readers: Readonly<Record<string, FieldReader>>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => Object.hasOwn(readers, key)))
}

function known(readers: Readonly<Record<string, FieldReader>>): Readonly<Record<string, FieldReader>> {
  return Object.fromEntries(Object.keys(readers).map((key) => [key, ignored]))
}

function reason(kind: keyof AnswerDraft['reasons']): FieldReader {
  return textField((text, draft) => void (draft.reasons[kind] = text))
}

const reasonFields: Readonly<Record<string, FieldReader>> = {
  reason: reason('decision'),
  permissionDecisionReason: reason('permission'),
  stopReason: reason('stop'),
  errorMessage: reason('cancel'),
}

const because = (draft: AnswerDraft, kind: keyof AnswerDraft['reasons']): string =>
  draft.reasons[kind] ?? draft.reasons.decision ?? draft.reasons.cancel ?? ''

/** The decisions of one field, whose reason stands in another. */
function decisionWords(
  kind: 'decision' | 'permission',
  allowing: Readonly<Record<string, 'approve' | 'allow' | 'permissionDecision'>>,
) {
  const denies = (draft: AnswerDraft): void => void draft.denies.push(because(draft, kind))
  const asks = (draft: AnswerDraft): void => void draft.asks.push(because(draft, kind))
  const allows = Object.entries(allowing).map(([word, by]) => [
    word,
    (draft: AnswerDraft): void => void draft.allows.push(by),
  ])
  // `defer` leaves the decision to whoever started the run: a person.
  return { ...Object.fromEntries(allows), deny: denies, block: denies, ask: asks, defer: asks }
}

const context = textField((text, draft) => void (text.trim() === '' || draft.context.push(text)))

const message = textField((text, draft) => void (text.trim() === '' || draft.messages.push(text)))

const newInput = (merge: boolean): FieldReader =>
  objectField((value, draft) => {
    if (differ(draft.input?.value, value)) draft.faults.push(twice)
    draft.input ??= { value, merge }
  })

const newOutput: FieldReader = (value, draft) => {
  if (differ(draft.output, value)) draft.faults.push(twice)
  draft.output ??= value
}

const twice = 'it rewrote the same twice, in different ways'

function differ(before: JsonValue | undefined, value: JsonValue): boolean {
  return before !== undefined && canonicalJson(before) !== canonicalJson(value)
}

/** `PermissionRequest`: `{behavior, message?, interrupt?, updatedInput?, updatedPermissions?}`. */
const behavior: Readonly<Record<string, FieldReader>> = {
  behavior: wordField({
    allow: (draft) => void draft.allows.push('behavior'),
    deny: (draft) => void draft.denies.push(draft.reasons.permission ?? ''),
    ask: (draft) => void draft.asks.push(draft.reasons.permission ?? ''),
  }),
  message: ignored,
  interrupt: flagField((yes, draft) => void (yes && draft.stops.push(draft.reasons.permission ?? ''))),
  updatedInput: newInput(false),
  updatedPermissions: (_, draft, place) =>
    void draft.warnings.push(`it asks for "${place}": rules are changed by people alone`),
}

const readBehavior = objectField((object, draft, place) => {
  const { message: said } = object
  if (typeof said === 'string') draft.reasons.permission = said
  readFields(object, behavior, draft, `${place}.`)
})

const decision = wordField(decisionWords('decision', { approve: 'approve', allow: 'allow' }), readBehavior)
const permissionDecision = wordField(decisionWords('permission', { allow: 'permissionDecision' }))

/** Only the mode in which nothing is chosen is what happens anyway. */
const toolConfig = objectField((object, draft, place) => {
  const { mode = 'AUTO', allowedFunctionNames } = object
  if (mode !== 'AUTO' || allowedFunctionNames !== undefined) unsupported(object, draft, place)
})

const specificFields: Readonly<Record<string, FieldReader>> = {
  hookEventName: ignored,
  permissionDecision,
  decision,
  updatedInput: newInput(false),
  tool_input: newInput(true),
  additionalContext: context,
  updatedToolOutput: newOutput,
  updatedMCPToolOutput: newOutput,
  tool_output: newOutput,
  systemMessage: message,
  toolConfig,
  llm_request: unsupported,
  llm_response: unsupported,
  tailToolCallRequest: unsupported,
  clearContext: flagField(
    (yes, draft) =>
      void (yes && draft.warnings.push('it asks for a cleared context, which keepup cannot do')),
  ),
  retry: flagField(
    (yes, draft) =>
      void (yes && draft.warnings.push('it asks for a retry, which is for the model to decide')),
  ),
}

const fields: Readonly<Record<string, FieldReader>> = {
  continue: flagField((yes, draft) => void (yes || draft.stops.push(because(draft, 'stop')))),
  decision,
  permissionDecision,
  hookSpecificOutput: objectField((object, draft, place) =>
    readFields(object, { ...specificFields, ...known(reasonFields) }, draft, `${place}.`),
  ),
  systemMessage: message,
  suppressOutput: ignored,
  terminalSequence: ignored,
  additionalContext: context,
  async: flagField((yes, draft) => void (draft.background ||= yes)),
  asyncTimeout: ignored,
  cancel: flagField((yes, draft) => {
    if (!yes) return
    draft.cancels = true
    draft.denies.push(because(draft, 'cancel'))
  }),
  // Cline has taken it away; hooks that still print it mean it.
  shouldContinue: flagField((yes, draft) => void (yes || draft.denies.push(because(draft, 'cancel')))),
  review: flagField((yes, draft) => void (yes && draft.asks.push(because(draft, 'cancel')))),
  context,
  contextModification: context,
  overrideInput: newInput(false),
}

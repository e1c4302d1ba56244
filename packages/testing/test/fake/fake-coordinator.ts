import { createHash } from 'node:crypto'

import {
  canonicalJson,
  type Decision,
  type Effect,
  type FinishedCall,
  type JsonValue,
  type Label,
  lostLabel,
} from '@keepup/core'
import type {
  PreparedCall,
  ReadyCall,
  Tool,
  ToolCall,
  ToolContext,
  ToolCoordinator,
  ToolOutcome,
} from '@keepup/core'

import type { CoordinatorParts } from '../../src/index.ts'

/** One thing that the fake coordinator does wrong. */
export type CoordinatorMutant =
  | 'lists tools as they came'
  | 'lists tools anew each time'
  | 'runs what it does not know'
  | 'accepts any input'
  | 'runs while preparing'
  | 'lets the first policy decide'
  | 'lets a broken policy pass'
  | 'takes a broken declaration for no effect'
  | 'leaves the input out of the digest'
  | 'passes rejections on'
  | 'times out late'
  | 'shows everything'
  | 'lets a tool raise its labels'
  | 'guesses after a crash'

/** A coordinator as small as the contract allows, with a switch for each way to get it wrong. */
export function fakeCoordinator(parts: CoordinatorParts, mutant?: CoordinatorMutant): ToolCoordinator {
  const listed = new Map<unknown, ReturnType<ToolCoordinator['definitions']>>()
  const tools =
    mutant === 'lists tools as they came'
      ? parts.tools
      : parts.tools.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const definitions: ToolCoordinator['definitions'] = (policy) => {
    const known = listed.get(policy)
    if (known !== undefined && mutant !== 'lists tools anew each time') return known
    const fitting = tools.filter(({ name }) => policy?.(name) ?? true)
    const made = fitting.map(({ name, description }) => ({ name, description, input: { type: 'object' } }))
    listed.set(policy, made)
    return made
  }
  return {
    definitions,
    prepare: async (call, { mode, exposure, toolPolicy }) => {
      const tool =
        tools.find(({ name }) => name === call.name) ??
        (mutant === 'runs what it does not know' ? tools[0] : undefined)
      if (tool === undefined || toolPolicy?.(tool.name) === false)
        return refuse({ type: 'failed', code: 'tool-unknown', message: `There is no tool ${call.name}.` })
      const problem = await validate(tool, call)
      if (problem !== undefined && mutant !== 'accepts any input')
        return refuse({ type: 'failed', code: 'tool-input-invalid', message: problem })
      const ready = makeReady(parts, tool, call, exposure, mutant)
      if (mutant === 'runs while preparing') await tool.run(call.input, bareContext(call))
      const guarded = {
        tool: { name: tool.name, pin: '' },
        call,
        mode,
        repeat: tool.repeat,
        effects: ready.effects,
        exposure,
        arguments: [],
      }
      return decide(
        parts.policies.map((policy) => judged(() => policy(guarded), mutant)),
        ready,
        mutant,
      )
    },
  }
}

function decide(
  decisions: readonly Decision[],
  ready: ReadyCall,
  mutant: CoordinatorMutant | undefined,
): PreparedCall {
  const considered = mutant === 'lets the first policy decide' ? decisions.slice(0, 1) : decisions
  const denied = considered.find(({ type }) => type === 'deny')
  if (denied?.type === 'deny') return refuse({ type: 'denied', reason: denied.reason })
  const asked = considered.find(({ type }) => type === 'ask')
  return asked?.type === 'ask' ? { ...asked, ready } : { type: 'ready', ...ready }
}

function judged(judge: () => Decision, mutant: CoordinatorMutant | undefined): Decision {
  try {
    return judge()
  } catch (error) {
    return mutant === 'lets a broken policy pass'
      ? { type: 'allow' }
      : { type: 'deny', reason: String(error) }
  }
}

async function validate(tool: Tool, call: ToolCall): Promise<string | undefined> {
  if (call.invalid !== undefined) return `The arguments are no JSON: ${call.invalid}`
  const result = await tool.input['~standard'].validate(call.input)
  return result.issues
    ?.map(({ path, message }) => `${(path ?? []).map(String).join('/')}: ${message}`)
    .join('; ')
}

function makeReady(
  parts: CoordinatorParts,
  tool: Tool,
  call: ToolCall,
  exposure: Label,
  mutant: CoordinatorMutant | undefined,
): ReadyCall {
  const effects = effectsOf(tool, call.input, mutant)
  const decided: JsonValue[] = [tool.name, JSON.parse(JSON.stringify([effects, exposure]))]
  if (mutant !== 'leaves the input out of the digest') decided.push(call.input)
  const labels = { default: labelOf(tool) }
  return {
    repeat: tool.repeat,
    effects: mutant === 'leaves the input out of the digest' ? [] : effects,
    input: call.input,
    digest: createHash('sha256').update(canonicalJson(decided)).digest('hex'),
    reconcilable: tool.reconcile !== undefined,
    run: (context) => runTool(parts, tool, call, context, mutant),
    reconcile: async (context) => {
      const unknown: ToolOutcome = {
        type: mutant === 'guesses after a crash' ? 'denied' : 'unknown',
        reason: 'Nobody knows.',
      }
      const outcome = await tool.reconcile?.(call.input, context).catch(() => unknown)
      return { outcome: outcome ?? unknown, labels }
    },
  }
}

function effectsOf(tool: Tool, input: JsonValue, mutant: CoordinatorMutant | undefined): readonly Effect[] {
  try {
    return tool.effects(input)
  } catch {
    const kinds = ['delete', 'exec', 'input', 'net', 'read', 'write'] as const
    return mutant === 'takes a broken declaration for no effect'
      ? []
      : kinds.map((kind) => ({ kind, target: '*' }))
  }
}

async function runTool(
  parts: CoordinatorParts,
  tool: Tool,
  call: ToolCall,
  context: ToolContext,
  mutant: CoordinatorMutant | undefined,
): Promise<FinishedCall> {
  const after = (tool.timeout ?? parts.timeout) + (mutant === 'times out late' ? 100 : 0)
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), after)
  const signal = AbortSignal.any([controller.signal, context.signal])
  const stopped = new Promise<ToolOutcome>((resolve) => {
    const stop = (): void =>
      resolve(
        controller.signal.aborted
          ? { type: 'timed-out', after }
          : { type: 'failed', code: 'interrupted', message: 'It was interrupted.' },
      )
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  const running = (async () => tool.run(call.input, { ...context, signal }))()
  const settled =
    mutant === 'passes rejections on'
      ? running
      : running.catch(
          (error: unknown) => ({ type: 'failed', code: 'tool-failed', message: String(error) }) as const,
        )
  const result = await Promise.race([settled.then((output) => asOutcome(output)), stopped])
  clearTimeout(timer)
  const raised =
    result.type === 'completed' && mutant === 'lets a tool raise its labels'
      ? result.output.labels
      : undefined
  return {
    outcome: mutant === 'shows everything' ? result : bounded(result, parts.outputLimit),
    labels: raised ?? { default: labelOf(tool) },
  }
}

function asOutcome(output: Awaited<ReturnType<Tool['run']>> | undefined): ToolOutcome {
  if (output !== undefined && 'type' in output) return output
  if (output !== undefined && Array.isArray(output.content)) return { type: 'completed', output }
  return { type: 'failed', code: 'tool-failed', message: 'The tool gave no output.' }
}

function bounded(outcome: ToolOutcome, limit: number): ToolOutcome {
  if (outcome.type !== 'completed') return outcome
  const content = outcome.output.content.map((part) =>
    part.type === 'text' ? { ...part, text: part.text.slice(0, limit).toWellFormed() } : part,
  )
  return { ...outcome, output: { ...outcome.output, content } }
}

function labelOf({ name, produces }: Tool): Label {
  const plain = { ...lostLabel, readers: 'anyone', confidential: produces?.confidential ?? false } as const
  return {
    ...plain,
    integrity: produces?.default ?? 'free-text',
    sources: [produces?.source ?? `tool:${name}`],
  }
}

function refuse(outcome: ToolOutcome): PreparedCall {
  return { type: 'refused', outcome, labels: { default: lostLabel } }
}

function bareContext(call: ToolCall): ToolContext {
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const signal = new AbortController().signal
  return {
    call,
    signal,
    clock,
    idempotencyKey: call.key,
    progress: () => undefined,
    processStarted: () => Promise.resolve(),
  }
}

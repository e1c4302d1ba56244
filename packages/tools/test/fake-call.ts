import {
  type ArtifactStore,
  type CallSituation,
  type FinishedCall,
  type JsonValue,
  type Label,
  type Mode,
  type PreparedCall,
  systemClock,
  type ToolCall,
  type ToolContext,
  type ToolCoordinator,
  trustedLabel,
} from '@keepup/core'

/** A call of a tool by a model. */
export function callOf(name: string, input: JsonValue, invalid?: string): ToolCall {
  const call = { thread: 'thread', id: 'call-1', key: 'key-1', name, input }
  return invalid === undefined ? call : { ...call, invalid }
}

/** The moment of a call. */
export function situationOf(mode: Mode = 'yolo', change: Partial<CallSituation> = {}): CallSituation {
  return { mode, exposure: trustedLabel, signal: new AbortController().signal, ...change }
}

/** What a running tool gets. */
export function contextOf(change: Partial<ToolContext> = {}): ToolContext {
  return {
    call: callOf('any', {}),
    signal: new AbortController().signal,
    clock: systemClock,
    idempotencyKey: 'key-1',
    progress: () => {},
    processStarted: async () => {},
    ...change,
  }
}

/** Prepares and runs a call in mode `yolo`. */
export async function callTool(
  coordinator: ToolCoordinator,
  name: string,
  input: JsonValue,
  context: ToolContext = contextOf(),
): Promise<FinishedCall> {
  const prepared = await coordinator.prepare(callOf(name, input), situationOf())
  return prepared.type === 'ready' ? prepared.run(context) : settled(prepared)
}

/** The end of a call that was refused. */
export function settled(prepared: PreparedCall): FinishedCall {
  if (prepared.type !== 'refused') throw new Error(`expected a refusal, got ${prepared.type}`)
  return prepared
}

/** What the model reads of an outcome. */
export function textOf({ outcome }: FinishedCall): string {
  if (outcome.type === 'denied' || outcome.type === 'unknown') return outcome.reason
  if (outcome.type === 'failed') return outcome.message
  return (outcome.output?.content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('\n')
}

/** Keeps artifacts in a map. */
export function mapArtifacts(kept: Map<string, { bytes: Uint8Array; label: Label }>): ArtifactStore {
  return {
    async put(content, { mediaType, label }) {
      if (!(content instanceof Uint8Array)) throw new Error('only bytes are expected here')
      const hash = `hash-${kept.size}`
      kept.set(hash, { bytes: content, label })
      return { hash, size: content.length, mediaType, label }
    },
    async *get(hash) {
      yield kept.get(hash)?.bytes ?? new Uint8Array()
    },
    describe: async () => undefined,
    collect: async () => ({ artifacts: 0, size: 0 }),
    [Symbol.asyncDispose]: async () => {},
  }
}

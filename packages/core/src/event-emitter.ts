import mitt, { type Emitter, type EventType } from 'mitt'

// mitt's declarations describe its CommonJS build, so under nodenext the callable is one step away.
const create = mitt as unknown as <Events extends Record<EventType, unknown>>() => Emitter<Events>

/** Announces events by their `type`. Listeners run in order of subscription; one that throws is reported and never stops the others. */
export interface EventEmitter<Event extends { readonly type: string }> {
  emit(event: Event): void
  /** Listens to one type, or to all with `'*'`. Returns how to stop. */
  on<Type extends Event['type']>(
    type: Type,
    listener: (event: Extract<Event, { type: Type }>) => void,
  ): () => void
  on(type: '*', listener: (event: Event) => void): () => void
}

/** Makes an emitter. `onError` learns of listeners that throw; the default says it as a process warning. */
export function createEventEmitter<Event extends { readonly type: string }>(
  onError: (error: unknown) => void = warn,
): EventEmitter<Event> {
  const emitter = create<Record<string, Event>>()
  return {
    emit(event) {
      emitter.emit(event.type, event)
    },
    on(type: string, listener: (event: never) => void) {
      const guarded = guard(listener as (event: Event) => void, onError)
      if (type !== '*') {
        emitter.on(type, guarded)
        return () => emitter.off(type, guarded)
      }
      const wild = (_: string, event: Event): void => guarded(event)
      emitter.on('*', wild)
      return () => emitter.off('*', wild)
    },
  }
}

function guard<Event>(
  listener: (event: Event) => void,
  onError: (error: unknown) => void,
): (event: Event) => void {
  return (event) => {
    try {
      listener(event)
    } catch (error) {
      onError(error)
    }
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), 'KeepupListenerWarning')
}

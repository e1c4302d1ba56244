import { composerOf } from './composer/composer.ts'
import type { Conversation } from './conversation.ts'
import type { DrawnListener } from './drawn-listener.ts'
import type { Paint } from './markdown/paint.ts'
import type { Painter } from './painter.ts'
import type { Screen } from './screen/screen.ts'
import type { SessionHandle } from './session-handle.ts'
import type { SessionOrder } from './session-order.ts'

/** What a drawn session is made of. */
export interface DrawnParts {
  readonly order: SessionOrder
  readonly conversation: Conversation
  readonly listener: DrawnListener
  readonly painter: Painter
  readonly screen: Screen
  readonly paint: Paint
  readonly leave: () => void
}

/** A drawn session as its commands see it. */
export function drawnHandle(parts: DrawnParts): SessionHandle {
  const { order, conversation, listener, painter, screen, paint, leave } = parts
  const { line, store, flags } = order
  return {
    line,
    store,
    flags,
    conversation,
    paint,
    get width() {
      return Math.max(12, screen.columns - 1)
    },
    get view() {
      return painter.state.view
    },
    tell: (block) => listener.tell(block),
    show: (view) => painter.update((state) => ({ ...state, view: { ...view, blocks: state.view.blocks } })),
    pick: (kind, picker) =>
      painter.update((state) => ({ ...state, overlay: { type: 'picker', kind, picker } })),
    write: (text) => painter.update((state) => ({ ...state, composer: composerOf(text) })),
    send(bytes) {
      line.host.stdout.write(bytes)
      return true
    },
    clear: () => screen.clear(),
    leave,
  }
}

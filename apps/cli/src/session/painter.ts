import type { Clock } from '@keepup/core'

import { draw } from './draw.ts'
import type { Paint } from './markdown/paint.ts'
import type { Screen } from './screen/screen.ts'
import type { SessionState } from './session-state.ts'
import type { Block } from './view/block.ts'
import { reduce } from './view/reduce.ts'
import { renderBlock } from './view/render-block.ts'

/** Draws a session whenever it has changed, not more often than a person can see. */
export interface Painter extends Disposable {
  readonly state: SessionState
  /** Changes what is seen; drawn soon. */
  update(change: (state: SessionState) => SessionState): void
  /** Draws now: a key was pressed, the terminal has another size. */
  paint(): void
}

/** In milliseconds: between two drawings, and between two steps of what turns while the agent works. */
const pause = { drawing: 33, turning: 120 }

/** A painter of a screen. Blocks that are over are printed once, above the live region. */
export function createPainter(screen: Screen, clock: Clock, paint: Paint, first: SessionState): Painter {
  let state = first
  let last: Block['type'] | undefined
  let frame = 0
  let timer: NodeJS.Timeout | undefined

  function now(): void {
    clearTimeout(timer)
    timer = undefined
    const { columns, rows } = screen
    const printed = state.view.blocks.flatMap((block) => {
      const lines = renderBlock(block, last, paint, Math.max(12, columns - 1))
      last = block.type
      return lines
    })
    if (printed.length > 0) state = { ...state, view: reduce(state.view, { type: 'printed' }) }
    screen.show(draw(state, { columns, rows, paint, frame, now: clock.now() }), printed)
  }

  const turning = setInterval(() => {
    const armed = state.armed !== undefined && state.armed.until <= clock.now()
    if (armed) state = { ...state, armed: undefined, hint: '' }
    if (!state.view.running && !armed) return
    frame += 1
    now()
  }, pause.turning)

  return {
    get state() {
      return state
    },
    update(change) {
      state = change(state)
      timer ??= setTimeout(now, pause.drawing)
    },
    paint: now,
    [Symbol.dispose]() {
      clearInterval(turning)
      clearTimeout(timer)
    },
  }
}

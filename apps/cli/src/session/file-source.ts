import type { Clock } from '@keepup/core'

import { menuOf } from './composer/menu.ts'
import { projectPaths } from './composer/project-paths.ts'
import type { Painter } from './painter.ts'

/** In milliseconds: so long a list of files counts as new. */
const fresh = 10_000

/** Keeps the files that can be completed as they are while somebody writes an `@`. */
export function createFileSource(painter: Painter, clock: Clock, folder: () => string): { refresh(): void } {
  let looked = Number.NEGATIVE_INFINITY
  return {
    refresh() {
      if (clock.now() - looked < fresh) return
      looked = clock.now()
      void projectPaths(folder()).then((files) =>
        painter.update((state) => {
          const sources = { ...state.sources, files }
          return { ...state, sources, menu: menuOf(state.composer, sources) }
        }),
      )
    },
  }
}

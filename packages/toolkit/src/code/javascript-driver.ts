import { directOutput } from './direct-output.ts'
import type { InterpreterBounds } from './interpreter-bounds.ts'
import { runCells } from './run-cells.ts'
import { showingValues } from './showing-values.ts'
import { superviseCells } from './supervise-cells.ts'

/**
 * The program that runs JavaScript cells, as text for `node --eval`, so that it works in any sandbox that has Node. Its main thread reads requests from descriptor
 * 5, answers on descriptor 4 and looks after the memory; a worker runs the cells.
 */
export function javascriptDriver(bounds: InterpreterBounds): string {
  const load = '(specifier, options) => import(specifier, options)'
  const worker = `(${String(runCells)})(${load}, (${String(showingValues)})(${bounds.shown}), (${String(directOutput)})())`
  return `(${String(superviseCells)})(${JSON.stringify(worker)}, ${JSON.stringify(bounds)})`
}

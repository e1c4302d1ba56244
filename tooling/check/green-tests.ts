import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

function mark(root: string): string {
  return join(root, 'node_modules/.cache/keepup/green-tests')
}

/** Whether the last whole test run passed, on exactly this tree. */
export function wasGreen(root: string, tree: string): boolean {
  try {
    return readFileSync(mark(root), 'utf8').trim() === tree
  } catch {
    return false
  }
}

/** Notes that the whole test run passed on this tree. */
export function noteGreen(root: string, tree: string): void {
  mkdirSync(dirname(mark(root)), { recursive: true })
  writeFileSync(mark(root), `${tree}\n`)
}

/** Forgets the last green run. */
export function forgetGreen(root: string): void {
  rmSync(mark(root), { force: true })
}

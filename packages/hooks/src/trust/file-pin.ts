import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import type { FilePin } from '../command-hook.ts'

/** A file as it is now. */
export async function pinFile(path: string): Promise<FilePin> {
  return { path, hash: await hashOf(path) }
}

/** Throws where a file is not as it was pinned: whoever may write files could turn a guard off. */
export async function checkPins(pins: readonly FilePin[]): Promise<void> {
  for (const { path, hash: expected } of pins) {
    if ((await hashOf(path)) !== expected) {
      throw new Error(`${path} has changed since the hook was approved: look at it, and approve it again.`)
    }
  }
}

async function hashOf(path: string): Promise<string> {
  try {
    return hash('sha256', await readFile(path))
  } catch {
    return ''
  }
}

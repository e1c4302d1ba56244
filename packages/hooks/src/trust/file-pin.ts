import { hash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

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
    // A pipe in its place is opened without waiting; it is neither what was pinned nor nothing.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    return (await file.stat()).isFile() ? hash('sha256', await file.readFile()) : 'no plain file'
  } catch {
    return ''
  }
}

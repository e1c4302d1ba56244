import { spawn } from 'node:child_process'

import { KeepupError } from '@keepup/core'

import { gitEnvironment } from './git-environment.ts'
import type { Shadow } from './shadow.ts'

/** Reads contents of the shadow repository through one process. */
export interface BlobReader extends AsyncDisposable {
  /** One at a time. Fails `artifact-damaged` where it is not there or not whole. */
  read(content: string): Promise<Buffer>
}

/** Opens a reader; dispose it to end its process. */
export function openBlobReader({ repository, root: tree }: Shadow): BlobReader {
  const env = gitEnvironment({ repository, tree }, process.env)
  const child = spawn('git', ['cat-file', '--batch'], {
    cwd: tree,
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.on('error', () => {})
  child.on('error', () => {})
  const chunks = child.stdout[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  /** Makes sure of this many bytes, or all there are. */
  const hold = async (size: number): Promise<void> => {
    const parts = [held]
    let length = held.length
    while (length < size) {
      const next: IteratorResult<Buffer> = await chunks.next()
      if (next.done) break
      parts.push(next.value)
      length += next.value.length
    }
    held = parts.length === 1 ? held : Buffer.concat(parts)
  }
  const line = async (): Promise<string> => {
    for (let size = 1; ; size = held.length + 1) {
      await hold(size)
      const end = held.indexOf('\n')
      if (end >= 0 || held.length < size) {
        const text = held.subarray(0, Math.max(end, 0)).toString('utf8')
        held = held.subarray(end + 1)
        return text
      }
    }
  }
  return {
    async read(content) {
      child.stdin.write(`${content}\n`)
      const [, type, size] = (await line()).split(' ')
      if (type !== 'blob') throw damaged(content)
      const length = Number(size)
      await hold(length + 1)
      if (held.length < length) throw damaged(content)
      const bytes = held.subarray(0, length)
      held = held.subarray(length + 1)
      return bytes
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      child.kill('SIGKILL')
    },
  }
}

function damaged(content: string): KeepupError {
  return new KeepupError(
    'artifact-damaged',
    `The content ${content.slice(0, 12)} of a snapshot is missing or damaged. Files that were not brought back are as they were; choose another snapshot.`,
  )
}

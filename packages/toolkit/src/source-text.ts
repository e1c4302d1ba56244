import { readPlain } from './read-plain.ts'
import { isMissing } from './resolve-path.ts'

/** @limit In bytes: larger files are shown to no language server. */
const largest = 5 * 1024 * 1024

/** The text of a file without its byte order mark; `undefined` where there is none, or it is no text, or above 5 MiB. */
export async function readSource(path: string): Promise<string | undefined> {
  try {
    return sourceOf(await readPlain(path))
  } catch (error) {
    if (isMissing(error) || isFolder(error)) return undefined
    throw error
  }
}

/** The text that bytes are. */
export function sourceOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > largest) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function isFolder(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EISDIR' || error.code === 'ENOTDIR')
}

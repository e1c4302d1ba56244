import { fileURLToPath, pathToFileURL } from 'node:url'

/** The URI of a file. */
export function uriOf(path: string): string {
  return pathToFileURL(path).href
}

/** The path of a `file:` URI, however its sender encoded it; `undefined` where it is none. */
export function pathOf(uri: unknown): string | undefined {
  try {
    return typeof uri === 'string' && uri.startsWith('file:') ? fileURLToPath(uri) : undefined
  } catch {
    return undefined
  }
}

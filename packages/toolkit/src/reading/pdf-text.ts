import { KeepupError } from '@keepup/core'
import type { getDocumentProxy } from 'unpdf'

import type { ResolvedPath } from '../resolve-path.ts'

/** @limit How many pages of a PDF are read. */
const mostPages = 2_000

/**
 * The text of a PDF, page by page. Needs the package `unpdf`, which is Mozilla's PDF.js: fails `not-supported` without it, `tool-failed` where the file is
 * damaged or asks for a password.
 */
export async function pdfText(
  place: Pick<ResolvedPath, 'shown'>,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<string> {
  const library = await loadLibrary(place)
  const document = await opened(place, library.getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 }))
  try {
    const pages: string[] = []
    for (let number = 1; number <= Math.min(document.numPages, mostPages); number++) {
      signal.throwIfAborted()
      const content = await (await document.getPage(number)).getTextContent()
      const text = content.items
        .map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
        .join('')
      pages.push(
        `[Page ${number} of ${document.numPages}]\n${text.trim() === '' ? '[No text: it may be a picture]' : text}\n`,
      )
    }
    return pages.join('')
  } finally {
    await document.loadingTask.destroy()
  }
}

async function loadLibrary(
  place: Pick<ResolvedPath, 'shown'>,
): Promise<{ readonly getDocumentProxy: typeof getDocumentProxy }> {
  try {
    return await import('unpdf')
  } catch (error) {
    throw new KeepupError(
      'not-supported',
      `"${place.shown}" is a PDF, and the package that reads them is missing. Install it with \`npm install unpdf@1\`, or read it by a program, with shell.`,
      { cause: error },
    )
  }
}

async function opened<T>(place: Pick<ResolvedPath, 'shown'>, document: Promise<T>): Promise<T> {
  try {
    return await document
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new KeepupError('tool-failed', `The PDF "${place.shown}" cannot be read: ${reason}`, {
      cause: error,
    })
  }
}

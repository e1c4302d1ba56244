import { KeepupError, type ToolOutput } from '@keepup/core'

import { contentHash } from '../editing/content-hash.ts'
import { openFile } from '../open-file.ts'
import { type FileText, readPart, type TextRange } from '../read-text.ts'
import type { ResolvedPath } from '../resolve-path.ts'
import { fileFormatOf } from './file-format.ts'
import { notebookText } from './notebook-text.ts'
import { pdfText } from './pdf-text.ts'

/** What a file that is no plain text is shown as. */
export type FormattedFile = { readonly hash: string } & (
  | { readonly type: 'text'; readonly found: FileText; readonly note: string }
  | { readonly type: 'file'; readonly output: ToolOutput }
)

/** @limit In bytes: the largest notebook or PDF. */
const largest = 50 * 1024 * 1024
/** @limit In bytes: the largest picture, since providers take no larger one. */
const largestImage = 10 * 1024 * 1024

/** Reads a picture as a file for the model, a notebook as its cells, a PDF as its text; `undefined` for everything else. */
export async function readFormatted(
  place: ResolvedPath,
  range: TextRange,
  signal: AbortSignal,
): Promise<FormattedFile | undefined> {
  const bytes = await formattedBytes(place)
  const format = bytes === undefined ? undefined : fileFormatOf(place.shown, bytes)
  if (bytes === undefined || format === undefined) return undefined
  const hash = contentHash(bytes)
  if (format.type === 'image')
    return { type: 'file', hash, output: imageOutput(place, bytes, format.mediaType, hash) }
  const text =
    format.type === 'pdf' ? await pdfText(place, bytes, signal) : notebookText(bytes.toString('utf8'))
  if (text === undefined) return undefined
  const rendered = Buffer.from(text)
  const found = await readPart(once(rendered), { shown: place.shown, size: rendered.length }, range)
  const note =
    format.type === 'pdf'
      ? 'The text of a PDF: tables and columns may be out of order.'
      : 'A notebook, shown as its cells. To edit it read it with raw, as the JSON that it is.'
  return { type: 'text', hash, found, note }
}

/** The whole of a file that begins like one of the formats. */
async function formattedBytes(place: ResolvedPath): Promise<Buffer | undefined> {
  const handle = await openFile(place)
  try {
    const { size } = await handle.stat()
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0)
    const format = fileFormatOf(place.shown, buffer.subarray(0, bytesRead))
    if (format === undefined) return undefined
    const most = format.type === 'image' ? largestImage : largest
    if (size <= most) return await handle.readFile()
    throw new KeepupError(
      'tool-failed',
      `"${place.shown}" is ${Math.round(size / 1024 / 1024)} MiB large, above the ${most / 1024 / 1024} MiB that are read of its kind. Make a smaller one of it, with shell.`,
    )
  } finally {
    await handle.close()
  }
}

function imageOutput({ shown }: ResolvedPath, bytes: Buffer, mediaType: string, hash: string): ToolOutput {
  const text = `[The picture ${shown}, ${mediaType}, ${bytes.length} bytes]`
  const name = shown.split('/').at(-1) ?? shown
  return {
    content: [
      { type: 'text', text },
      { type: 'file', mediaType, name, source: { base64: bytes.toString('base64') } },
    ],
    structured: { path: shown, size: bytes.length, mediaType, hash },
  }
}

// eslint-disable-next-line typescript/require-await -- A text that is there already, for readers of streams.
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

import type { ToolContext, ToolOutput } from '@keepup/core'

import { webFailure } from '../net/web-failure.ts'
import { decodeText } from './decode-text.ts'
import type { CachedPage } from './page-cache.ts'
import type { PageFormat, PageText } from './page-job.ts'
import { pageKind } from './page-kind.ts'
import type { PageReader } from './page-reader.ts'

/** A page as it can be shown: text that is given in parts, or a file for the model. */
export type ShownPage =
  | { readonly type: 'text'; readonly text: PageText; readonly mediaType: string }
  | { readonly type: 'file'; readonly output: ToolOutput }

/** @limit In bytes: the largest picture, since providers take no larger one. */
const largestPicture = 5 * 1024 * 1024

/** Makes of an answer what can be shown, once for each format. Fails `type-refused`, `response-too-large`, `page-too-complex`. */
export async function showPage(
  page: CachedPage,
  format: PageFormat,
  reader: PageReader,
  when: ToolContext,
): Promise<ShownPage> {
  const { url, headers, body } = page.answer
  const kind = pageKind(headers, body)
  const { mediaType } = kind
  if (kind.type === 'image') return { type: 'file', output: picture(page, mediaType) }
  if (kind.type === 'other')
    throw webFailure(
      'type-refused',
      `${url.href} is of type ${mediaType} (${body.length} bytes), which cannot be shown. Fetch it with a program, and look at it with one for its format.`,
    )
  const known = page.texts.get(format)
  if (known !== undefined) return { type: 'text', text: known, mediaType }
  const text = await textOf()
  page.texts.set(format, text)
  return { type: 'text', text, mediaType }

  async function textOf(): Promise<PageText> {
    if (kind.type === 'pdf')
      return reader.read({ type: 'pdf', bytes: new Uint8Array(body), url: url.href }, when)
    const charset = 'charset' in kind ? kind.charset : undefined
    const decoded = decodeText(body, { charset, markup: kind.type === 'html' || /xml/.test(mediaType) })
    const told = decoded.note === undefined ? [] : [decoded.note]
    if (kind.type === 'text' || format === 'html') return { text: decoded.text, notes: told }
    const read = await reader.read({ type: 'html', html: decoded.text, url: url.href, format }, when)
    return { ...read, notes: [...told, ...read.notes] }
  }
}

function picture({ answer: { url, body } }: CachedPage, mediaType: string): ToolOutput {
  if (body.length > largestPicture)
    throw webFailure(
      'response-too-large',
      `The picture ${url.href} is ${Math.ceil(body.length / 1024)} KiB large, above the 5 MiB that are shown. Find a smaller one.`,
    )
  const name = url.pathname.split('/').at(-1) || 'picture'
  return {
    content: [
      { type: 'text', text: `[The picture ${url.href}, ${mediaType}, ${body.length} bytes]` },
      { type: 'file', mediaType, name, source: { base64: body.toString('base64') } },
    ],
    structured: { url: url.href, media_type: mediaType, size: body.length },
  }
}

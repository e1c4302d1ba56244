import type { IncomingHttpHeaders } from 'node:http'

import { isBinary } from '../../binary-content.ts'
import { fileFormatOf } from '../../reading/file-format.ts'

/** What a server sent, as far as it can be shown. */
export type PageKind =
  | { readonly type: 'html' | 'text'; readonly mediaType: string; readonly charset?: string }
  | { readonly type: 'pdf' | 'image'; readonly mediaType: string }
  | { readonly type: 'other'; readonly mediaType: string }

/** The media type that a page is told as where its server names none. */
const unnamed = 'application/octet-stream'

/**
 * Tells what a body is: a picture or a PDF by its first bytes, whatever the server calls it; HTML and text by the type that the server names, or, where it
 * names none, by how it begins. What is called text but holds NUL is none.
 */
export function pageKind(headers: IncomingHttpHeaders, body: Uint8Array): PageKind {
  const { mediaType, charset } = readContentType(headers['content-type'])
  const format = fileFormatOf('', body)
  if (format?.type === 'image') return format
  if (format?.type === 'pdf') return { type: 'pdf', mediaType: 'application/pdf' }
  if (isBinary(body) && !isWide(charset, body)) return { type: 'other', mediaType: mediaType ?? unnamed }
  return textKind(mediaType ?? (looksLikeHtml(body) ? 'text/html' : 'text/plain'), charset)
}

function textKind(named: string, charset: string | undefined): PageKind {
  if (!isText(named)) return { type: 'other', mediaType: named }
  const type = named === 'text/html' || named === 'application/xhtml+xml' ? 'html' : 'text'
  // RFC 8259: JSON is UTF-8, whatever the header says.
  return charset === undefined || /\bjson$/.test(named)
    ? { type, mediaType: named }
    : { type, mediaType: named, charset }
}

function readContentType(header: string | undefined): {
  readonly mediaType: string | undefined
  readonly charset: string | undefined
} {
  const text = (header ?? '').slice(0, 1_000)
  const mediaType = /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)/.exec(text)?.[1]?.toLowerCase()
  const charset = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(text)?.[1]
  // What some servers say of everything that they do not know.
  return { mediaType: mediaType === unnamed ? undefined : mediaType, charset }
}

function isText(mediaType: string): boolean {
  return (
    mediaType.startsWith('text/') ||
    /\+(json|xml|yaml)$/.test(mediaType) ||
    /^application\/(json|jsonl|ndjson|x-ndjson|xml|javascript|ecmascript|yaml|x-yaml|toml|sql|graphql|x-sh|x-www-form-urlencoded)$/.test(
      mediaType,
    )
  )
}

function looksLikeHtml(body: Uint8Array): boolean {
  const head = Buffer.from(body.subarray(0, 512)).toString('latin1')
  return /^(\xEF\xBB\xBF)?\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b/is.test(head)
}

/** Whether NUL is a part of letters: UTF-16, as the header or a byte order mark says. */
function isWide(charset: string | undefined, [first, second]: Uint8Array): boolean {
  if (/^utf-?16/i.test(charset ?? '')) return true
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
}

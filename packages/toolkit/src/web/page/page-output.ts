import { type ArtifactStore, KeepupError, type Label, type ToolOutput } from '@keepup/core'

import type { PageText } from './page-job.ts'

/** Which part of a page is shown. */
export interface PagePart {
  /** The first character, from 0. */
  readonly from: number
  /** In characters. */
  readonly most: number
}

/** What is told of a page beside its text. */
export interface AboutPage {
  readonly url: string
  readonly status: number
  readonly mediaType: string
  readonly label: Label
}

/**
 * One part of a page's text, cut at the end of a line where there is one, with what there is to know of it. Where it is not the whole, the whole goes to the
 * artifact store. Fails `tool-input-invalid` where the text is shorter than `from`.
 */
export async function pageOutput(
  page: PageText,
  about: AboutPage,
  { from, most }: PagePart,
  artifacts: ArtifactStore | undefined,
): Promise<ToolOutput> {
  const { text, title, notes } = page
  if (from > 0 && from >= text.length)
    throw new KeepupError(
      'tool-input-invalid',
      `The page has ${text.length} characters, so none from ${from} on. Give a smaller from.`,
    )
  const to = endOf(text, from, most)
  const whole = from === 0 && to === text.length
  const stored = whole ? undefined : await store(text, about, artifacts)
  const told = [
    aboutNote(about, title),
    ...notes,
    ...(text === '' ? ['It has no text. Ask for it with format html to see what it is made of.'] : []),
    ...(whole ? [] : [partNote(from, to, text.length, stored)]),
  ]
  return {
    content: [
      ...(text === '' ? [] : [{ type: 'text' as const, text: text.slice(from, to) }]),
      { type: 'text', text: `[${told.join(' ')}]` },
    ],
    structured: {
      url: about.url,
      status: about.status,
      media_type: about.mediaType,
      ...(title === undefined ? {} : { title: title.slice(0, 500) }),
      from,
      to,
      length: text.length,
      more: to < text.length,
      ...(stored === undefined ? {} : { artifact: stored }),
    },
    labels: { default: about.label },
    ...(stored === undefined ? {} : { artifacts: [stored] }),
  }
}

function aboutNote({ url, status, mediaType }: AboutPage, title: string | undefined): string {
  const named = title === undefined ? '' : `, ${JSON.stringify(title.slice(0, 200).toWellFormed())}`
  const strange = /(^|\.)xn--/.test(new URL(url).hostname)
    ? ' The host has letters beyond ASCII: this is its true spelling.'
    : ''
  const answered = status === 200 ? '' : `, status ${status}`
  return `${url}${named}, ${mediaType}${answered}.${strange}`
}

function partNote(from: number, to: number, length: number, artifact: string | undefined): string {
  const onward = to < length ? ` Continue with from ${to}.` : ''
  const whole = artifact === undefined ? '' : ` The whole is artifact:${artifact}.`
  return `Characters ${from} to ${to} of ${length}.${onward}${whole}`
}

async function store(
  text: string,
  { label }: AboutPage,
  artifacts: ArtifactStore | undefined,
): Promise<string | undefined> {
  const stored = await artifacts?.put(Buffer.from(text), { mediaType: 'text/plain; charset=utf-8', label })
  return stored?.hash
}

/** After the last line that fits, or, where that would leave half of the room, in the middle of one; never inside of a character. */
function endOf(text: string, from: number, most: number): number {
  const limit = from + most
  if (limit >= text.length) return text.length
  const lineEnd = text.lastIndexOf('\n', limit - 1) + 1
  const end = lineEnd > from + most / 2 ? lineEnd : limit
  return /[\uD800-\uDBFF]/.test(text[end - 1] ?? '') && end - 1 > from ? end - 1 : end
}

import type { ArtifactStore, FilePart, TextPart, ToolOutcome, ToolOutput } from '@keepup/core'
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server'

import { artifactUri, isText } from './artifact-pages.ts'
import type { CallReport } from './client-call.ts'

/** @limit In bytes: an image or a sound that is larger is linked to, not sent along. */
const mostInline = 4 * 1024 * 1024

/** What a client is told of a call: its content, its data, and in `_meta` the type of its outcome and where it is recorded. */
export async function callResult(
  { outcome, thread, artifacts: named }: CallReport,
  artifacts: ArtifactStore | undefined,
): Promise<CallToolResult> {
  const output = 'output' in outcome ? outcome.output : undefined
  const shown = await Promise.all((output?.content ?? []).map((part) => contentOf(part, artifacts)))
  const failure = describeFailure(outcome)
  const content: ContentBlock[] = [
    ...(failure === undefined ? [] : [{ type: 'text', text: failure } as const]),
    ...shown,
    ...(await Promise.all(named.map((hash) => linkTo(hash, artifacts)))).flat(),
  ]
  return {
    content,
    ...structuredOf(output),
    ...(failure === undefined ? {} : { isError: true }),
    _meta: {
      'keepup/outcome':
        outcome.type === 'failed' ? { type: 'failed', code: outcome.code } : { type: outcome.type },
      'keepup/thread': thread,
    },
  }
}

/** What went wrong and what to do about it; `undefined` where nothing did. */
function describeFailure(outcome: ToolOutcome): string | undefined {
  switch (outcome.type) {
    case 'completed':
      return undefined
    case 'failed':
      return outcome.message
    case 'denied':
      return `Denied: ${outcome.reason} Nothing was done. Whoever runs this server may allow it by a rule, or by another mode.`
    case 'timed-out':
      return `It took longer than ${Math.round(outcome.after / 1_000)} s and was ended. What it had done until then stays.`
    case 'unknown':
      return `Whether it happened is not known: ${outcome.reason} Look before you ask for it again.`
  }
}

/** Both eras take an object; what else there is, the text tells. */
function structuredOf(output: ToolOutput | undefined): Pick<CallToolResult, 'structuredContent'> {
  const data = output?.structured
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? { structuredContent: data } : {}
}

async function contentOf(
  part: TextPart | FilePart,
  artifacts: ArtifactStore | undefined,
): Promise<ContentBlock> {
  if (part.type === 'text') return { type: 'text', text: part.text }
  const { mediaType, source } = part
  if ('base64' in source)
    return inline(mediaType, source.base64, `keepup://file/${encodeURIComponent(part.name ?? 'output')}`)
  const [link] = await linkTo(source.artifact, artifacts, part.name)
  const size = link?.size ?? Number.POSITIVE_INFINITY
  if (artifacts === undefined || link === undefined || size > mostInline) {
    return link ?? { type: 'text', text: `[A file of type ${mediaType} is not there any more.]` }
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of artifacts.get(source.artifact)) chunks.push(chunk)
  return inline(mediaType, Buffer.concat(chunks).toString('base64'), artifactUri(source.artifact))
}

function inline(mimeType: string, data: string, uri: string): ContentBlock {
  if (mimeType.startsWith('image/')) return { type: 'image', data, mimeType }
  if (mimeType.startsWith('audio/')) return { type: 'audio', data, mimeType }
  if (!isText(mimeType)) return { type: 'resource', resource: { uri, mimeType, blob: data } }
  return { type: 'resource', resource: { uri, mimeType, text: Buffer.from(data, 'base64').toString('utf8') } }
}

async function linkTo(
  hash: string,
  artifacts: ArtifactStore | undefined,
  name = `output ${hash.slice(0, 8)}`,
): Promise<readonly Extract<ContentBlock, { type: 'resource_link' }>[]> {
  const info = await artifacts?.describe(hash)
  if (info === undefined) return []
  const { mediaType: mimeType, size } = info
  return [{ type: 'resource_link', uri: artifactUri(hash), name, mimeType, size }]
}

import { readFileSync, statSync } from 'node:fs'
import { extname, resolve } from 'node:path'

import { type Label, type LabelTable, trustedLabel, type UserMessage } from '@keepup/core'

import type { Words } from './conversation.ts'

/** In bytes: of a larger file the agent is told its name alone, and reads what it needs. */
const largest = 200_000

const images: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
}

/** What a file says is not what the person says who points to it: it is labelled as what the `read` tool gives. */
const fileLabel: Label = { ...trustedLabel, integrity: 'free-text', sources: ['tool:read'] }

/**
 * Words with the files that they name (`@path`, `@"a path"`, relative to the folder), each as a part of its own after them, labelled as content that was read. A name of
 * no file stays a word. Files that are too large, binary or not readable are left to the agent.
 */
export function attachFiles(text: string, folder: string): Words {
  const parts = [
    ...new Set(
      [...text.matchAll(/(?:^|\s)@(?:"([^"\n]+)"|([^\s"@]+))/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? '',
      ),
    ),
  ]
    .map((path) => readPart(path, resolve(folder, path)))
    .filter((part) => part !== undefined)
  if (parts.length === 0) return { text, content: [{ type: 'text', text }] }
  const labels: LabelTable = {
    default: { ...trustedLabel, sources: ['user'] },
    leaves: parts.map((_, index) => [`/message/content/${index + 1}`, fileLabel] as const),
  }
  return { text, content: [{ type: 'text', text }, ...parts], labels }
}

function readPart(shown: string, path: string): UserMessage['content'][number] | undefined {
  try {
    const stat = statSync(path)
    if (!stat.isFile() || stat.size > largest) return undefined
    const bytes = readFileSync(path)
    const mediaType = images[extname(path).toLowerCase()]
    if (mediaType !== undefined) {
      return { type: 'file', mediaType, name: shown, source: { base64: bytes.toString('base64') } }
    }
    if (bytes.includes(0)) return undefined
    return { type: 'text', text: `Content of ${shown}:\n${bytes.toString('utf8')}` }
  } catch {
    return undefined
  }
}

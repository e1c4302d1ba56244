import { resolve } from 'node:path'

import type { Invocation } from '@keepup/shell'

import type { ToolAnnotation } from '../rules/tool-annotation.ts'
import type { Deed } from './deed.ts'
import { fileDeeds } from './file-deeds.ts'
import type { Workplace } from './workplace.ts'

const reading: ToolAnnotation = {
  effect: 'egress-read',
  outward: true,
  arguments: { '/urls': 'url', '/headers': 'content' },
}
const sending: ToolAnnotation = {
  effect: 'write',
  outward: true,
  arguments: {
    '/urls': 'url',
    '/headers': 'content',
    '/data': 'content',
    '/files': 'payload',
    '/secret': 'secret',
  },
  intent: {
    verbs: ['post', 'put', 'send', 'submit', 'upload', 'call', 'trigger', 'notify', 'create', 'update'],
  },
}

/** How a flag of curl or wget is read: it changes nothing of what leaves, or what its value is. */
type Part = 'scalar' | 'output' | 'header' | 'data' | 'file' | 'secret' | 'method'

const flags: Readonly<Record<string, Part>> = {
  '-H': 'header',
  '--header': 'header',
  '-A': 'header',
  '--user-agent': 'header',
  '-o': 'output',
  '--output': 'output',
  '-m': 'scalar',
  '--max-time': 'scalar',
  '--connect-timeout': 'scalar',
  '--retry': 'scalar',
  '-w': 'scalar',
  '--write-out': 'scalar',
  '-X': 'method',
  '--request': 'method',
  '-d': 'data',
  '--data': 'data',
  '--data-raw': 'data',
  '--data-binary': 'data',
  '--data-urlencode': 'data',
  '--json': 'data',
  '-F': 'data',
  '--form': 'data',
  '-T': 'file',
  '--upload-file': 'file',
  '-u': 'secret',
  '--user': 'secret',
}
const plain =
  /^(?:-[fsSLiIvqk46]+|--(?:silent|show-error|fail|fail-with-body|location|include|head|verbose|compressed|quiet|get|ipv4|ipv6|http1\.1|http2|no-verbose|remote-name))$/

interface Request {
  readonly urls: string[]
  readonly headers: string[]
  readonly data: string[]
  readonly files: string[]
  readonly secret: string[]
  readonly outputs: string[]
  changes: boolean
}

/** What curl or wget does; `undefined` where a word is not known, or a flag reads its orders from elsewhere. */
export function fetchDeeds(
  name: string,
  words: Invocation['words'],
  place: Workplace,
  folder: string,
): readonly Deed[] | undefined {
  const request: Request = {
    urls: [],
    headers: [],
    data: [],
    files: [],
    secret: [],
    outputs: [],
    changes: false,
  }
  const rest = [...words]
  while (rest.length > 0) {
    const word = rest.shift()
    if (word === undefined || !takeWord(name, word, rest, request)) return undefined
  }
  const { changes, outputs, ...given } = request
  const input = Object.fromEntries(Object.entries(given).filter(([, values]) => values.length > 0))
  const kept = outputs.map((path) => ({ kind: 'write', target: resolve(folder, path) }) as const)
  return [
    changes
      ? { tool: `${name} (sends)`, input, annotation: sending }
      : { tool: name, input, annotation: reading },
    ...fileDeeds(kept, place),
  ]
}

function takeWord(name: string, word: string, rest: (string | undefined)[], request: Request): boolean {
  if (plain.test(word) || (name === 'curl' && word === '-O')) return true
  if (!word.startsWith('-')) {
    request.urls.push(word)
    return true
  }
  const part = name === 'wget' ? wgetFlag(word) : Object.hasOwn(flags, word) ? flags[word] : undefined
  if (part === undefined) return false
  const value = rest.shift()
  if (value === undefined) return false
  return takeValue(part, value, request)
}

function wgetFlag(word: string): Part | undefined {
  if (word === '-O') return 'output'
  return word === '--header' ? 'header' : undefined
}

function takeValue(part: Part, value: string, request: Request): boolean {
  switch (part) {
    case 'header':
      request.headers.push(value)
      return !value.startsWith('@')
    case 'data':
      request.changes = true
      if (/^@|=@|=</.test(value)) request.files.push(value.replace(/^.*?[@<]/, ''))
      else request.data.push(value)
      return true
    case 'file':
      request.changes = true
      request.files.push(value)
      return true
    case 'secret':
      request.changes = true
      request.secret.push(value)
      return true
    case 'output':
      request.outputs.push(value)
      return true
    case 'method':
      request.changes ||= !/^(?:GET|HEAD)$/i.test(value)
      return true
    default:
      return true
  }
}

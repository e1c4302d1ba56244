import type { JsonObject } from '@keepup/core'

import { isJsonObject } from '../schema/is-json-object.ts'
import { showSchema } from '../schema/show-schema.ts'
import { visibleText } from '../text/hidden-text.ts'
import { nameLook, plainName } from '../text/look-alikes.ts'
import type { Finding } from './finding.ts'

/** The names of another server's tools. */
export interface OtherServer {
  readonly server: string
  readonly tools: readonly string[]
}

/** What a tool has to do with the tools of other servers, and with the others of its own. */
export function judgeShadowing(
  definition: JsonObject,
  own: readonly string[],
  others: readonly OtherServer[],
): readonly Finding[] {
  const { name } = definition
  if (typeof name !== 'string') return []
  const twins = own.filter((other) => other !== name && isForged(name, other))
  const inOwn = twins.map((other) => lookAlike(`its own server's tool ${JSON.stringify(other)}`))
  return [
    ...inOwn,
    ...others.flatMap((other) => [...nameFindings(name, other), ...mentions(definition, own, other)]),
  ]
}

/** Names that differ in case and separators alone are different words for the same; only other letters are forged. */
function isForged(a: string, b: string): boolean {
  return plainName(a) !== plainName(b) && nameLook(a) === nameLook(b)
}

function nameFindings(name: string, { server, tools }: OtherServer): readonly Finding[] {
  return tools.flatMap((other): readonly Finding[] => {
    const whose = `the tool ${JSON.stringify(other)} of the server ${JSON.stringify(server)}`
    if (isForged(name, other)) return [lookAlike(whose)]
    if (plainName(name) !== plainName(other)) return []
    return [{ kind: 'same-name', severity: 'note', text: `it is named like ${whose}` }]
  })
}

function lookAlike(whose: string): Finding {
  return { kind: 'look-alike', severity: 'withhold', text: `its name looks like that of ${whose}` }
}

/** A name that is no word by itself, in the text of a server that has no tool of that name. */
function mentions(
  definition: JsonObject,
  own: readonly string[],
  { server, tools }: OtherServer,
): readonly Finding[] {
  const said = wordsOf(definition)
  const known = new Set(own)
  return tools
    .filter((tool) => !known.has(tool) && isDistinctive(tool) && speaksOf(said, tool))
    .map((tool): Finding => {
      const text = `it speaks of the tool ${JSON.stringify(tool)} of the server ${JSON.stringify(server)}`
      return { kind: 'speaks-of-other', severity: 'withhold', text }
    })
}

function isDistinctive(name: string): boolean {
  return name.length >= 5 && /[a-z0-9][A-Z]|[_.-]/.test(name)
}

function speaksOf(said: string, tool: string): boolean {
  for (let at = said.indexOf(tool); at !== -1; at = said.indexOf(tool, at + 1)) {
    const before = said[at - 1] ?? ' '
    const after = said[at + tool.length] ?? ' '
    if (!/[A-Za-z0-9-]/.test(before) && !/[A-Za-z0-9_-]/.test(after)) return true
  }
  return false
}

function wordsOf({ title, description, annotations, inputSchema, outputSchema }: JsonObject): string {
  const schemas = [inputSchema, outputSchema].flatMap((schema) =>
    isJsonObject(schema) ? showSchema(schema).words : [],
  )
  const titles = [title, description, isJsonObject(annotations) ? annotations['title'] : undefined]
  return visibleText([...titles.filter((each) => typeof each === 'string'), ...schemas].join('\n')).text
}

import type { ToolAnnotations } from '../rules/tool-annotation.ts'
import { type KnownServer, knownServers } from './known-servers.ts'

/** How a server is reached, as the person's configuration says. */
export type ServerPlace =
  | { readonly command: string; readonly args: readonly string[] }
  | { readonly url: string }

/** The server of many that a configuration means; `undefined` where it is none of them, or only looks like one. */
export function findKnownServer(place: ServerPlace): KnownServer | undefined {
  if ('url' in place) {
    const host = URL.parse(place.url)?.hostname
    return host === undefined ? undefined : knownServers.find(({ hosts = [] }) => hosts.includes(host))
  }
  const words = [place.command, ...place.args]
  return knownServers.find(({ packages }) => words.some((word) => packages.some((name) => names(word, name))))
}

/** Annotations of a server's tools, by the names that `named` gives them; nothing where the server is not known. */
export function annotateServer(place: ServerPlace, named: (tool: string) => string): ToolAnnotations {
  const { tools = {} } = findKnownServer(place) ?? {}
  return Object.fromEntries(Object.entries(tools).map(([tool, annotation]) => [named(tool), annotation]))
}

/** A package by its name, with a version or without, or by the folder that it is installed in. */
function names(word: string, name: string): boolean {
  if (word === name || word.startsWith(`${name}@`) || word.startsWith(`${name}:`)) return true
  return word
    .split('/node_modules/')
    .slice(1)
    .some((rest) => rest.startsWith(`${name}/`))
}

import type { ServerStatus } from './server-status.ts'

/** What happens in a hub, for people who watch and parts that keep lists. */
export type HubEvent =
  | { readonly type: 'server-changed'; readonly status: ServerStatus }
  /** The tools of a server are others than before: `McpHub.tools` gives a new array. */
  | { readonly type: 'tools-changed'; readonly server: string }
  | { readonly type: 'prompts-changed' | 'resources-changed'; readonly server: string }
  | { readonly type: 'resource-updated'; readonly server: string; readonly uri: string }
  | { readonly type: 'logged'; readonly server: string; readonly level: string; readonly text: string }

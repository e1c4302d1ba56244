import type { JsonObject, JsonValue } from '@keepup/core'

/** What a schema describes, and where it comes from: nothing is loaded before it is asked for. */
export interface PublishedSchema {
  readonly brief: string
  load(): Promise<JsonValue>
}

/** The schemas of every kind of file that keepup reads, by the name that `keepup schema` knows them by. */
export const publishedSchemas: Readonly<Record<string, PublishedSchema>> = {
  agent: {
    brief: 'an agent of a graph: JSON, YAML, or Markdown with front matter',
    load: async () => (await import('@keepup/graph/templates')).agentJsonSchema(),
  },
  graph: {
    brief: 'a graph: JSON or YAML',
    load: async () => (await import('@keepup/graph/templates')).templateJsonSchema(),
  },
  role: {
    brief: 'a role in .keepup/roles: JSON, YAML, or Markdown with front matter',
    load: async () => (await import('@keepup/roles')).roleJsonSchema(),
  },
  sop: {
    brief: 'a procedure: JSON or YAML',
    load: async () => (await import('@keepup/roles/sop')).sopJsonSchema(),
  },
  defence: {
    brief: 'a whole policy for --defence: JSON',
    load: async () => plain((await import('@keepup/mcp-security/defence')).defencePolicySchema),
  },
  settings: {
    brief: 'keepup.json of a project, and your own config.json',
    load: async () => (await import('./settings-json-schema.ts')).settingsJsonSchema(),
  },
  commands: {
    brief: 'no schema, but every command with its flags and arguments, for programs that call keepup',
    load: async () => plain((await import('./command-table.ts')).commandTable()),
  },
}

function plain(value: object): JsonObject | JsonValue[] {
  return JSON.parse(JSON.stringify(value)) as JsonObject | JsonValue[] // it was one of them before
}

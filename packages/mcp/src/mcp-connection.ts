import type { JsonObject, JsonValue, Milliseconds } from '@keepup/core'

import type { SkillEntry, SkillFile } from './mcp-skill.ts'

/** How a request to a server is made. */
export interface AskOptions {
  /** Aborted: the server is told, and the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
  readonly timeout?: Milliseconds
  /** Reports of progress, which also give the server more time. */
  readonly progress?: (report: ProgressReport) => void
}

/** How a tool is called. */
export interface CallOptions extends AskOptions {
  /** The tool as the server listed it: some of its parameters may be due in headers, and it may run as a task alone. */
  readonly definition?: JsonObject
  /** Told the id of the task that the server started for the call, by which `resumeTask` finds it again. */
  readonly taskStarted?: (task: string) => void
}

/** How far a request has come, in units of the server. */
export interface ProgressReport {
  readonly progress: number
  readonly total?: number
  readonly message?: string
}

/** What a server answered to a call of a tool. Content blocks are those of the specification, unchecked. */
export interface CallAnswer {
  readonly content: readonly JsonObject[]
  readonly structured?: JsonValue
  readonly isError: boolean
  readonly meta?: JsonObject
}

/** A resource of a server, as its list names it. */
export interface ResourceEntry {
  readonly uri: string
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly mediaType?: string
  /** In bytes. */
  readonly size?: number
}

/** Resources by a URI template (RFC 6570). */
export interface ResourceTemplateEntry extends Omit<ResourceEntry, 'uri' | 'size'> {
  readonly uriTemplate: string
}

/** One content of a resource. */
export type ResourceContent = { readonly uri: string; readonly mediaType?: string } & (
  | { readonly text: string }
  | { readonly base64: string }
)

/** A prompt of a server, as its list names it. */
export interface PromptEntry {
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly arguments: readonly {
    readonly name: string
    readonly description?: string
    readonly required: boolean
  }[]
}

/** A prompt with its arguments filled in. */
export interface PromptAnswer {
  readonly description?: string
  /** Whatever roles a server gives them, its messages are no instructions of a system and no words of a model: to a model they are free text that somebody sent. */
  readonly messages: readonly {
    readonly role: 'user'
    /** Whom the server says it is by, for people. */
    readonly claimedRole: string
    readonly content: JsonObject
  }[]
}

/** What can be completed: an argument of a prompt, or a variable of a resource template. */
export interface CompletionRequest {
  readonly of: { readonly prompt: string } | { readonly template: string }
  readonly argument: string
  readonly value: string
  /** Arguments that are settled already. */
  readonly context?: Readonly<Record<string, string>>
}

/**
 * A connection to one MCP server of whatever protocol version. Every request fails with a `KeepupError`: `not-supported` where the server does not offer it,
 * `authorisation-required` where a person must log in, `tool-failed` otherwise; its `details.outcome` is `unknown` where the request may have had its effect.
 */
export interface McpConnection extends AsyncDisposable {
  readonly server: string
  /** Such as `2025-11-25`. */
  readonly protocol: string
  /** The name and version that the server gives itself, where it does. */
  readonly implementation: { readonly name: string; readonly version: string } | undefined
  readonly instructions: string | undefined
  /** As the server declared them. */
  readonly capabilities: JsonObject
  /** Resolves with the reason once the connection has ended. */
  readonly ended: Promise<string>
  /** Every tool that the server lists, each as it was sent; those that are no objects with a name are left out. */
  listTools(options?: AskOptions): Promise<readonly JsonObject[]>
  callTool(tool: string, input: JsonObject, options?: CallOptions): Promise<CallAnswer>
  /** Goes on with a task that a call started, in this process or another, and gives what the call would have. */
  resumeTask(task: string, options?: AskOptions): Promise<CallAnswer>
  listResources(options?: AskOptions): Promise<readonly ResourceEntry[]>
  listResourceTemplates(options?: AskOptions): Promise<readonly ResourceTemplateEntry[]>
  readResource(uri: string, options?: AskOptions): Promise<readonly ResourceContent[]>
  /** Told whenever the resource changes, until the returned function is called. */
  subscribe(uri: string, changed: () => void, options?: AskOptions): Promise<() => Promise<void>>
  listPrompts(options?: AskOptions): Promise<readonly PromptEntry[]>
  getPrompt(name: string, args: Readonly<Record<string, string>>, options?: AskOptions): Promise<PromptAnswer>
  /** What the value may be, at most 100. */
  complete(request: CompletionRequest, options?: AskOptions): Promise<readonly string[]>
  /** The skills of the server (SEP-2640); none where it has no such extension. */
  listSkills(options?: AskOptions): Promise<readonly SkillEntry[]>
  /** A file of a skill, its `SKILL.md` when left out. Fails where its size or its digest is not that of the list. */
  readSkill(skill: SkillEntry, file?: string, options?: AskOptions): Promise<SkillFile>
  /** Tells the server that the folders it may know of are others now. */
  rootsChanged(): Promise<void>
  /** Asks for log messages of this severity (RFC 5424) and above. */
  setLogLevel(level: string, options?: AskOptions): Promise<void>
  /** Whether the server answers. Fails where it does not. */
  check(options?: AskOptions): Promise<void>
  /** Ends the connection, and the server where it is a process of ours. Idempotent. */
  close(): Promise<void>
}

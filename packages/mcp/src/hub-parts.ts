import type { Clock, FetchMiddleware, Hash, JsonObject, JsonValue, NewId } from '@keepup/core'

import type { HttpTransport, ServerDefinition } from './server-definition.ts'

/** Small facts about servers that outlive this process: what they offer, which protocol they speak. All of it can be lost. */
export interface HubStore {
  get(key: string): Promise<JsonValue | undefined>
  set(key: string, value: JsonValue): Promise<void>
  delete(key: string): Promise<void>
}

/** A server's question to the person, in a form or at a page of its own. */
export type Elicitation =
  | {
      readonly type: 'form'
      readonly server: string
      readonly message: string
      /** A flat object schema of strings, numbers, booleans and choices; defaults are in it. */
      readonly schema: JsonObject
      /** What was wrong with the answer before: the person is asked anew. */
      readonly problem?: string
      readonly signal: AbortSignal
    }
  | {
      readonly type: 'url'
      readonly server: string
      readonly message: string
      /** `https:`, or `http:` on this machine. Never opened without the person's consent. */
      readonly url: string
      readonly signal: AbortSignal
    }

/** What the person did. */
export type ElicitationAnswer =
  | { readonly action: 'accept'; readonly content?: JsonObject }
  | { readonly action: 'decline' | 'cancel' }

/** A server's wish to have a model answer. Everything in it is the server's word. */
export interface SamplingRequest {
  readonly server: string
  readonly request: JsonObject
  readonly signal: AbortSignal
}

/** What a server lists, before any of it is offered. */
export interface ListedTools {
  readonly server: string
  /** The same for the same server in every run: its name, and the file that configures it. */
  readonly identity: string
  /** As the server sent them. */
  readonly tools: readonly JsonObject[]
  /** The names that the tools of the other servers have there, as far as they are known. */
  readonly others: readonly { readonly server: string; readonly tools: readonly string[] }[]
}

/** What may be offered of it. */
export interface ReviewedTools {
  readonly shown: readonly {
    /** One of those listed. */
    readonly raw: JsonObject
    /** The server's words about the tool and its parameters, as plain text. */
    readonly words: string
    /** Makes of some of these words what a model is shown of them. */
    readonly mark: (words: string) => string
    /** What models are shown. */
    readonly inputSchema: JsonObject
    /** What arguments are checked by. */
    readonly checked: JsonObject
  }[]
  readonly withheld: readonly { readonly raw: JsonObject; readonly reason: string }[]
}

/** The resources that a server says it has. */
export interface DeclaredResources {
  readonly uris: readonly string[]
  /** RFC 6570. */
  readonly templates: readonly string[]
}

/** What a hub is made of. Only `definitions` is needed; what is left out is not offered to servers. */
export interface HubParts {
  readonly definitions: readonly ServerDefinition[]
  /** The name and version that servers are told. */
  readonly client?: { readonly name: string; readonly version: string }
  /** Where stdio servers start that name no folder, absolute; the process's own when left out. */
  readonly folder?: string
  /** The environment whose few harmless variables stdio servers get; the process's own when left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /**
   * Authorises the requests to a server; asked once for each connection. A `KeepupError` that it throws reaches whoever asked, with its code and message;
   * with the code `authorisation-required` the server's state becomes `needs-authorisation`.
   */
  readonly authorise?: (
    definition: ServerDefinition & { readonly transport: HttpTransport },
  ) => FetchMiddleware | undefined
  /** Whether a person allowed exactly this: see `approvalDigest`. Asked at each start of a server of scope `project`; none is started without it. */
  readonly approved?: (digest: Hash, definition: ServerDefinition) => boolean | Promise<boolean>
  readonly store?: HubStore
  /**
   * Judges what a server lists before any of it is offered: each time it lists anew, and when another server does. What is withheld is among the refused tools, and a
   * call of a tool that is no longer offered as it was fails `tool-denied`. All is offered as it is where this is left out. Must not reject.
   */
  readonly review?: (listing: ListedTools) => Promise<ReviewedTools>
  readonly elicit?: (elicitation: Elicitation) => Promise<ElicitationAnswer>
  /** Has a model answer. Sampling is offered only with this part, and only to servers that are trusted so far: see `ServerTrust.sampling`. */
  readonly sample?: (request: SamplingRequest) => Promise<JsonObject>
  /**
   * Why a resource is not asked of its server; `undefined` where it may be. Asked before each is read, with what the server lists now; all may be where this is left out. No
   * URI is ever opened here, whatever its scheme.
   */
  readonly refuseResource?: (
    uri: string,
    declared: DeclaredResources,
  ) => string | undefined | Promise<string | undefined>
  /** Folders that servers are told of, as `file:` URIs; none when left out. */
  readonly roots?: () => readonly { readonly uri: string; readonly name?: string }[]
  readonly clock?: Clock
  readonly newId?: NewId
  /** From 0 up to but without 1: spreads the pauses before new attempts. */
  readonly random?: () => number
}

import type { AgentCard, Message } from '@a2a-js/sdk'
import type { ServerCallContext } from '@a2a-js/sdk/server'
import type { Checkpointer, Clock, NewId, ObserveCall } from '@keepup/core'

import type { CardText } from './a2a-card.ts'
import type { A2aAgent } from './agent/a2a-agent.ts'
import type { Authenticator } from './auth/authenticator.ts'
import type { PushRules } from './push/push-target.ts'
import type { TlsMaterial } from './tls-material.ts'

/** What a served agent is made of. */
export interface A2aServerParts {
  /** Where tasks are kept: each is a thread. Any number of servers may share it. */
  readonly checkpointer: Checkpointer
  readonly agent: A2aAgent
  readonly card: CardText
  /** How callers say who they are; without one, whoever reaches the server is one and the same. */
  readonly authenticators?: readonly Authenticator[]
  /** Signs the card (A2A 1.0, 8.4), which it is given in its JSON form. */
  readonly signCard?: (card: AgentCard) => Promise<AgentCard>
  /** The card for callers that were recognised. */
  readonly extendedCard?: (card: AgentCard, context: ServerCallContext) => Promise<AgentCard>
  /** Where notifications may be sent; public hosts by https: alone when left out. */
  readonly push?: PushRules
  /** Whether a message with an id that was seen is that message again; always, when left out. */
  readonly isRepetition?: (message: Message) => boolean
  /** The form of the card for clients that name no version; `0.3` (with the fields of 1.0 too) when left out. */
  readonly cardWithoutVersion?: '1.0' | '0.3'
  readonly clock?: Clock
  readonly newId?: NewId
  /** Learns of each call that was answered, below the `traceparent` that came with it. */
  readonly observe?: ObserveCall
  /** Learns of what nobody else is told. */
  readonly note?: (text: string) => void
}

/** Where a server listens. */
export interface A2aServerOptions {
  /** 0 for any that is free. */
  readonly port: number
  /** The port of the gRPC binding, 0 for any; without it there is none. */
  readonly grpcPort?: number
  /** The address to listen on, and the name by which clients reach it; `127.0.0.1` when left out. */
  readonly host?: string
  /** The base of the URLs in the card, where a proxy stands before the server. */
  readonly publicUrl?: string
  readonly tls?: TlsMaterial
}

import type { Place } from './api-types.ts'

/** Where content came from, and how far it can be trusted. */
export interface Label {
  readonly integrity: string
  readonly sources: readonly string[]
  readonly readers: 'anyone' | readonly string[]
  readonly confidential: boolean
}

/** A check of a procedure. */
export interface Gate {
  readonly id: string
  readonly kind: string
}

/** A phase of a procedure. */
export interface Phase {
  readonly name: string
  readonly end?: string
  readonly entry: readonly Gate[]
  readonly edit: readonly Gate[]
  readonly exit: readonly Gate[]
  readonly branches: readonly string[]
  readonly ways: readonly { readonly event: string; readonly to: string }[]
}

/** What a check came to. */
export interface GateEvidence {
  readonly gate: string
  readonly kind: string
  readonly outcome: string
  readonly reason: string
  readonly entry: number
  readonly time: number
  readonly took: number
  readonly tail?: string
}

/** A procedure, and where it stands. */
export interface Procedure {
  readonly procedure: string
  readonly description: string
  readonly task: string
  readonly status: string
  readonly phase: string
  readonly phases: readonly Phase[]
  readonly invariants: readonly Gate[]
  readonly evidence: readonly GateEvidence[]
  readonly moves: readonly {
    readonly from: string
    readonly to: string
    readonly event: string
    readonly entry: number
  }[]
  readonly work: readonly { readonly branch: string; readonly thread: string; readonly entry: number }[]
}

/** A graph as far as it ran. */
export interface GraphRun {
  readonly graph: string
  readonly status: string
  readonly nodes: readonly {
    readonly node: string
    readonly status: 'done' | 'failed' | 'open' | 'waiting'
    readonly visits: number
    readonly entry: number
    readonly waits?: string
    readonly failure?: string
  }[]
  readonly moves: readonly { readonly from: string; readonly to: string; readonly times: number }[]
  readonly steps: readonly {
    readonly entry: number
    readonly within: string
    readonly nodes: readonly string[]
  }[]
}

/** A graph as it is defined. */
export interface DefinedGraph {
  readonly file: string
  readonly nodes: readonly { readonly node: string; readonly kind: string }[]
  readonly ways: readonly { readonly from: string; readonly to: string; readonly words: string }[]
}

/** A graph as far as it ran, and how one of its name is defined now. */
export interface Graph {
  readonly run: GraphRun
  readonly defined?: DefinedGraph
}

/** Where an argument of a call came from. */
export interface Flow {
  readonly flow: {
    readonly tool: string
    readonly argument: string
    readonly value: unknown
    readonly asked: number
    readonly label: Label
    readonly entries: readonly {
      readonly sequence: number
      readonly type: string
      readonly by: string
      readonly tool?: string
      readonly label: Label
      readonly sources: readonly string[]
      readonly places: readonly { readonly pointer: string; readonly label: Label; readonly said: string }[]
    }[]
    readonly more: number
  }
  readonly judged?: {
    readonly origins: readonly {
      readonly origin: string
      readonly entry?: number
      readonly pointer?: string
      readonly source?: string
    }[]
    readonly decision: string
    readonly findings: readonly string[]
    readonly policy: string
  }
}

/** A thread and its forks beside each other. */
export interface Comparison {
  readonly since?: Place
  readonly threads: readonly {
    readonly thread: string
    readonly turns: number
    readonly tokens: number
    readonly cost: number
    readonly duration: number
    readonly files?: number
    readonly outcome?: string
    readonly open: boolean
    readonly answer?: string
  }[]
  readonly more: number
}

/** What executing a thread again came to. */
export interface Replayed {
  readonly identical: boolean
  readonly entries: number
  readonly processes?: number
  readonly sequence?: number
  readonly message?: string
}

/** Something that is remembered. */
export interface MemoryItem {
  readonly id: string
  readonly kind: string
  readonly text: string
  readonly status: string
  readonly recordedAt: number
  readonly retractedAt?: number
  readonly validTo?: number
  readonly pinned: boolean
  readonly stale: boolean
  readonly dormant: boolean
  readonly producer: string
  readonly label: Label
}

/** Something that waits for a person before it is remembered. */
export interface Review {
  readonly scope: string
  readonly item: MemoryItem
}

/** Where something that is remembered comes from. */
export interface Explained {
  readonly item: MemoryItem
  readonly versions: readonly { readonly sequence: number; readonly item: MemoryItem }[]
  readonly sources: readonly {
    readonly id: string
    readonly speaker: string
    readonly text: string
    readonly at: number
  }[]
  readonly derivedFrom: readonly string[]
  readonly core: string
}

/** A server of MCP. */
export interface McpServer {
  readonly name: string
  readonly state: string
  readonly transport: string
  readonly scope: string
  readonly file: string
  readonly asked?: number
  readonly tools: readonly { readonly name: string; readonly description: string }[]
  readonly refused: readonly { readonly tool: string; readonly reason: string }[]
  readonly waiting: readonly {
    readonly tool: string
    readonly change: string
    readonly findings: readonly string[]
    readonly diff: readonly string[]
  }[]
  readonly pins: readonly { readonly name: string; readonly digest: string; readonly gone: boolean }[]
}

/** Servers of MCP, and what is wrong with their configuration. */
export interface McpServers {
  readonly servers: readonly McpServer[]
  readonly problems: readonly string[]
  readonly review: string
}

/** A mailbox in a list. */
export interface Mailbox {
  readonly address: string
  readonly waiting: number
  readonly open: number
  readonly dead: number
  readonly handled: number
  readonly owner?: { readonly host: string; readonly process: number }
}

/** A message. */
export interface Mail {
  readonly id: string
  readonly from?: string
  readonly body?: unknown
  readonly attempts?: number
  readonly error?: string
  readonly died?: number
}

/** What is in a mailbox. */
export interface MailboxReport {
  readonly address: string
  readonly waiting: readonly Mail[]
  readonly open: readonly Mail[]
  readonly dead: readonly Mail[]
  readonly topics: readonly string[]
  readonly received: number
  readonly handled: number
  readonly expired: number
}

/** A trace of another program. */
export interface TraceSummary {
  readonly trace: string
  readonly name: string
  readonly service: string
  readonly start: number
  readonly end: number
  readonly spans: number
  readonly errors: number
}

/** A span of another program. */
export interface Span {
  readonly span: string
  readonly parent?: string
  readonly name: string
  readonly kind: string
  readonly start: number
  readonly end: number
  readonly service: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly error?: string
  readonly events: readonly { readonly name: string; readonly time: number }[]
}

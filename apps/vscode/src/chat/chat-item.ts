/** A change of a file that a call proposes or made. */
export interface ChatChange {
  readonly path: string
  /** Nothing: the file is new. */
  readonly before: string | undefined
  readonly after: string
}

/** What a call is at. */
export type CallStatus = 'pending' | 'in_progress' | 'completed' | 'failed'

/** One thing that the chat shows, in its order. `id` is its place, and never changes. */
export type ChatItem =
  | { readonly id: number; readonly type: 'user' | 'agent' | 'thought'; readonly text: string }
  | { readonly id: number; readonly type: 'notice'; readonly text: string; readonly isError: boolean }
  | {
      readonly id: number
      readonly type: 'call'
      readonly call: string
      readonly title: string
      readonly kind: string
      readonly status: CallStatus
      readonly output: string
      readonly changes: readonly ChatChange[]
    }
  | {
      readonly id: number
      readonly type: 'plan'
      readonly entries: readonly { readonly text: string; readonly status: string }[]
    }

/** What the chat says beside its items. */
export interface ChatState {
  readonly title: string
  readonly isBusy: boolean
  readonly model: string
  readonly mode: string
  /** How full the window is, in tokens; nothing before the first answer. */
  readonly used?: number
  readonly size?: number
  /** In the currency's own unit. */
  readonly cost?: { readonly amount: number; readonly currency: string }
  /** Questions that wait for the person. */
  readonly questions: number
}

/** What the extension tells the page. `reset` comes first, and again with every other session. */
export type ToPage =
  | { readonly type: 'reset'; readonly items: readonly PageItem[]; readonly state: ChatState }
  | { readonly type: 'item'; readonly item: PageItem }
  | { readonly type: 'state'; readonly state: ChatState }

type Distributed<Item> = Item extends { readonly changes: readonly ChatChange[] }
  ? Omit<Item, 'changes'> & { readonly changes: readonly string[] }
  : Item

/** An item as the page gets it: of changes it learns the paths alone. */
export type PageItem = Distributed<ChatItem>

/** What the page tells the extension. */
export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'prompt'; readonly text: string }
  | { readonly type: 'cancel' }
  | { readonly type: 'diff'; readonly item: number; readonly change: number }
  | { readonly type: 'link'; readonly address: string }

import type { StandardSchemaV1 } from '@keepup/core'

/** Joins an update to the value of a channel. Pure, and must not change what it is given: it is called again whenever the thread is folded. */
export type Reducer<Value> = (value: Value, update: Value) => Value

/** One named part of a graph's state. */
export interface Channel<Value> {
  /** What an update must be. What the schema makes of it is what is stored. Checked once, where the update is made. */
  readonly schema: StandardSchemaV1<unknown, Value>
  /** How an update joins the value; left out, the last write wins. */
  reducer?(value: Value, update: Value): Value
  /** The value before the first update. */
  readonly initial: Value
}

/** The values of all channels, by name. */
export type ChannelValues = Readonly<Record<string, unknown>>

/** What a node gives back: new values, or parts to be joined by the reducers, of some channels. `undefined` is no update. */
export type ChannelUpdate<Values> = { readonly [Name in keyof Values]?: Values[Name] | undefined }

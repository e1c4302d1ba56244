import type { JsonValue } from '@keepup/core'

import type { TemplateNode } from '../schema/template-node.ts'
import type { ExportedNode } from './export-shape.ts'

/** A block that is to become a node. */
export interface PlannedBlock {
  readonly node: ExportedNode
  /** The name of the node, and of the channel that holds what it emits. */
  readonly name: string
  /** Its inputs: those given by hand as literal values, those of links as expressions. */
  readonly inputs: Readonly<Record<string, JsonValue>>
  /** The inputs that links lead to. */
  readonly linked: ReadonlySet<string>
}

/** The node that a block becomes. */
export interface BlockPlan {
  readonly node: TemplateNode
  /** What it is now, for the report. */
  readonly as: string
  /** Outputs that it always emits. */
  readonly certain: readonly string[]
  /** What is different from AutoGPT. */
  readonly notes: readonly string[]
  /** The function that the host must give. */
  readonly missing?: string
}

/** Plans the node of one kind of block. */
export type PlanBlock = (block: PlannedBlock) => BlockPlan

/** What is known of a kind of block. */
export interface BlockKind {
  readonly name: string
  readonly plan?: PlanBlock
  /** Why there is no plan, where that is known. */
  readonly why?: string
  /** Outputs that it emits once for each item of a list, by what they are of the item, and the output that is the list. */
  readonly iterates?: {
    readonly list: string
    readonly pins: Readonly<Record<string, 'item' | 'key' | 'whole'>>
  }
}

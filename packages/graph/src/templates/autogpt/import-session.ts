import type { Template } from '../schema/template.ts'
import type { BlockPlan } from './block-plan.ts'
import type { ExportedNode } from './export-shape.ts'

/** A graph of an export as a template. */
export interface ConvertedGraph {
  readonly template: Template
  /** Its parameters, by the names of its inputs. */
  readonly parameters: ReadonlyMap<string, string>
}

/** What the conversion of an export shares. */
export interface ImportSession {
  /** A graph within the export, by its id; nothing where it is not there, or where it is within itself. */
  graph(id: string): ConvertedGraph | undefined
  planned(node: ExportedNode, name: string, plan: BlockPlan): void
  dropped(id: string, why: string): void
  note(text: string): void
}

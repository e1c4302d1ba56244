/** What is odd about a tool. The first group keeps it from models until a person has looked; `note` is only told. */
export type FindingKind =
  | 'hidden-text'
  | 'blank-run'
  | 'too-long'
  | 'name'
  | 'look-alike'
  | 'parameter-name'
  | 'required-unknown'
  | 'outside-reference'
  | 'icon'
  | 'speaks-of-other'
  | 'same-name'
  | 'slow-pattern'

/** One odd thing. */
export interface Finding {
  readonly kind: FindingKind
  readonly severity: 'withhold' | 'note'
  /** What and where, in a sentence a person can read: nothing hidden is in it. */
  readonly text: string
}

/** One thing that was looked at. */
export interface Finding {
  readonly check: string
  readonly state: 'good' | 'missing' | 'broken' | 'note'
  readonly text: string
  readonly fix?: string
}

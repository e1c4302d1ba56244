export { createFormatter, type Formatted, type Formatter, type FormatterOptions } from './formatter.ts'
export { type FormattingOptions, withFormatter } from './with-formatter.ts'

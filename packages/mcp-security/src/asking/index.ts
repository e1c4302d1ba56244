export { type Asking, type AskingBounds, boundAsking } from './bound-asking.ts'

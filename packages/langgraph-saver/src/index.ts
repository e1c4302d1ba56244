export { KeepupSaver, type KeepupSaverOptions } from './keepup-saver.ts'

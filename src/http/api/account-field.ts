import { z } from 'zod'
import { lines, oneLine } from './input.ts'

// What is asked for of an account holder.

export const FULL_NAME = oneLine(256)
export const EMAIL = oneLine(320)
export const ATTRIBUTE = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/)
export const VALUE = lines(1024)
export const ATTRIBUTES = z.record(ATTRIBUTE, VALUE)
export const PASSWORD = z.string().meta({ pattern: '\\S', maxLength: 1024 })

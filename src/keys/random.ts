import { randomBytes } from 'node:crypto'

/** 32 random bytes as 43 characters of base64url: a challenge, a bearer token, a one-use link. */
export const randomToken = (): string => randomBytes(32).toString('base64url')

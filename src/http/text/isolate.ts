/** A name inside a text that is written from the right: its own direction ends with it (Unicode, FSI and PDI). */
export const isolate = (name: string): string => `\u2068${name}\u2069`

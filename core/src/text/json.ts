/** Any value that survives `JSON.stringify`. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A JSON object (not null, not a list). */
export type JsonObject = { [key: string]: Json }

/** True for a JSON object; lists and null are not. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

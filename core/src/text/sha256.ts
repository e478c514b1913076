import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

/** 64 lower-case hex digits. */
export type Sha256 = string

/** SHA-256 of the UTF-8 bytes of a text. Synchronous, so that parsing and planning stay synchronous (crypto.subtle is not). */
export const sha256Hex = (text: string): Sha256 => bytesToHex(sha256(new TextEncoder().encode(text)))

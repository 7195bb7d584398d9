// Package faulty has storages that misbehave. Some do it as the contract allows (Unsure) or as a
// network does (Wire): what uses a storage has to bear them. The others break their promise
// (Forgetful, Stale, Behind): a proof that does not notice them proves nothing.
package faulty

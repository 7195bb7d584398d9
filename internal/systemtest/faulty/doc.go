// Package faulty has storages that misbehave. Unsure and Wire misbehave as the contract or a
// network allows, so the product must work with them. Forgetful, Stale and Behind break the
// contract, so a test that does not notice them proves nothing.
package faulty

package vendorhttp

import "time"

// NewHastyGate returns a gate with other limits.
func NewHastyGate(n int, queue, piece time.Duration) *Gate {
	return &Gate{places: make(chan struct{}, n), queue: queue, piece: piece}
}

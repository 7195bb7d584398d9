package vendorhttp

import (
	"context"
	"time"
)

// Gate limits how many callers do something at the same time. Many goroutines may use it at once.
type Gate struct {
	places chan struct{}
	queue  time.Duration // the longest wait of a caller for a place
	piece  time.Duration // the longest time for sending a piece of a Stream
}

// NewGate returns a gate with n places. Enter waits at most one second for a place. A Stream of the
// gate has 30 seconds to send each piece to the client.
func NewGate(n int) *Gate {
	return &Gate{places: make(chan struct{}, n), queue: time.Second, piece: 30 * time.Second}
}

// Enter takes one of the gate's places, which limit how many callers do the same work at a time. If
// no place is free, Enter waits for one, up to the time of the gate (one second for a gate of
// NewGate). After Enter returns nil, the caller must call Leave once. Errors: ErrBusy if no place
// became free in time; the error of ctx if ctx ends while Enter waits.
func (g *Gate) Enter(ctx context.Context) error {
	select {
	case g.places <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(g.queue)
	defer timer.Stop()
	select {
	case g.places <- struct{}{}:
		return nil
	case <-timer.C:
		return ErrBusy
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Leave releases a place. Call it once for each Enter that returned nil.
func (g *Gate) Leave() { <-g.places }

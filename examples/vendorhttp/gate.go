package vendorhttp

import (
	"context"
	"time"
)

// Gate lets at most a fixed number of callers do something at a time. It is safe for use by many
// goroutines.
type Gate struct {
	places chan struct{}
	queue  time.Duration // for a caller to wait for a place
	piece  time.Duration // for a client to take a piece of a Stream
}

// NewGate returns a gate with n places. A caller waits for a second, and a client of a Stream has
// half a minute for each piece.
func NewGate(n int) *Gate {
	return &Gate{places: make(chan struct{}, n), queue: time.Second, piece: 30 * time.Second}
}

// Enter takes a place, which Leave gives back. Errors: ErrBusy if none was free in time; those of
// the context.
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

// Leave gives a place back. Call it once for each Enter that returned nil.
func (g *Gate) Leave() { <-g.places }

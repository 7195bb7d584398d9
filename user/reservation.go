package user

import (
	"errors"
	"time"
)

// Reservation is one chat slot of a user that is reserved for a channel (Omnidesk
// reserveUserForLiveChannel).
type Reservation struct {
	Channel string    `json:"channel"`
	Until   time.Time `json:"until"` // the reservation has expired at this time
}

func (r Reservation) equal(s Reservation) bool {
	return r.Channel == s.Channel && r.Until.Equal(s.Until)
}

// Errors of reservations.
var (
	ErrNoCapacity = errors.New("user: no free chat capacity")
	ErrNotReady   = errors.New("user: not ready to take a chat")
	ErrNoSlot     = errors.New("user: no such reservation")
)

// Reserved returns the number of reservations that have not expired at now. A reservation is
// expired from its Until on.
func (c Capacity) Reserved(now time.Time) int {
	n := 0
	for r := range c.Reservations.All() {
		if now.Before(r.Until) {
			n++
		}
	}
	return n
}

// ReservedUntil returns the latest time at which a reservation for the channel ends, and true. It
// also looks at reservations that have expired. If the channel has no reservation, it returns the
// zero time and false.
func (c Capacity) ReservedUntil(channel string) (time.Time, bool) {
	var until time.Time
	for r := range c.Reservations.All() {
		if r.Channel == channel && r.Until.After(until) {
			until = r.Until
		}
	}
	return until, !until.IsZero()
}

// Free returns how many chats the user can be reserved for at now: MaxChats less the
// reservations, at least 0.
func (c Capacity) Free(now time.Time) int { return max(0, c.MaxChats-c.Reserved(now)) }

// Reserve returns u with one more reservation of a chat slot, for the channel and until the given
// time. It also removes the reservations that have expired at now. Reserve does not check whether
// until is after now. After an error it returns u unchanged.
//
// Errors, in this order:
//
//   - ErrTime if until is outside the years 1 to 9999
//   - ErrDeleted if the user is deleted
//   - ErrNotReady if the user is disabled or not Ready
//   - ErrNoCapacity if no slot is free at now
func Reserve(u User, channel string, now, until time.Time) (User, error) {
	if err := CheckTime(until); err != nil {
		return u, err
	}
	if err := u.reservable(now); err != nil {
		return u, err
	}
	rest := u.Capacity.Reservations.Without(func(r Reservation) bool { return !now.Before(r.Until) })
	u.Capacity.Reservations = ListOf(append(rest.Slice(), Reservation{channel, NormalizeTime(until)})...)
	return u, nil
}

// reservable returns nil if a slot of u can be reserved at now, or the error of Reserve.
func (u *User) reservable(now time.Time) error {
	switch {
	case !u.Live():
		return ErrDeleted
	case u.Access.Disabled || u.Presence.Status != Ready:
		return ErrNotReady
	case u.Capacity.Free(now) == 0:
		return ErrNoCapacity
	}
	return nil
}

// Unreserve returns u without one reservation for the channel. Of the reservations for the channel
// that have not expired at now, it removes the one that was made first. It also removes the expired
// reservations of all channels.
//
// Error: ErrNoSlot if the channel has no reservation that is still valid at now. Unreserve then
// returns u unchanged.
func Unreserve(u User, channel string, now time.Time) (User, error) {
	var left []Reservation
	found := false
	for r := range u.Capacity.Reservations.All() {
		switch {
		case !now.Before(r.Until):
		case !found && r.Channel == channel:
			found = true
		default:
			left = append(left, r)
		}
	}
	if !found {
		return u, ErrNoSlot
	}
	u.Capacity.Reservations = ListOf(left...)
	return u, nil
}

// Available reports whether a call that names no user may reserve u: Reserve succeeds, and u has
// no reservation.
func Available(u User, now time.Time) bool {
	return u.reservable(now) == nil && u.Capacity.Reserved(now) == 0
}

// MoreAvailable reports whether a is reserved before b: the user with more free capacity, then
// the one with the lower id.
func MoreAvailable(a, b User, now time.Time) bool {
	if fa, fb := a.Capacity.Free(now), b.Capacity.Free(now); fa != fb {
		return fa > fb
	}
	return a.ID < b.ID
}

package user

import (
	"errors"
	"time"
)

// Errors of a user's life.
var (
	ErrDeleted    = errors.New("user: the user is deleted")
	ErrNotDeleted = errors.New("user: the user is not deleted")
	ErrErased     = errors.New("user: the user's data were erased")
)

// NameReuse says when the unique names (login, pid, full name) of a deleted user may be taken by another one. The
// zero value frees them at once, as LivePerson does.
type NameReuse struct {
	Never bool          `json:"never,omitempty"` // they stay taken for ever
	Hold  time.Duration `json:"hold,omitempty"`  // how long they stay taken; 0: not at all
}

// until returns when the names of a user deleted at now are free. A hold that would last beyond the
// year 9999 never ends.
func (n NameReuse) until(now time.Time) time.Time {
	switch end := now.Add(n.Hold); {
	case n.Never, n.Hold > 0 && end.After(never):
		return never
	case n.Hold > 0:
		return NormalizeTime(end)
	}
	return time.Time{}
}

// Delete returns u deleted at now, which must not be the zero time. The data stay. The unique names
// stay taken as reuse says. Reservations end, because a deleted user takes no chat. The status
// becomes Offline unless it is locked: a lock and its status stay, so that deleting and restoring a
// user does not get around the lock. Errors: ErrTime; ErrDeleted.
func Delete(u User, reuse NameReuse, now time.Time) (User, error) {
	if err := CheckTime(now); err != nil {
		return u, err
	}
	if !u.Live() {
		return u, ErrDeleted
	}
	u.Lifecycle.Deleted = NormalizeTime(now)
	u.Lifecycle.HoldUntil = reuse.until(now)
	u.Capacity.Reservations = List[Reservation]{}
	if p, err := u.Presence.To(Offline, now); err == nil { // an error says that the status is locked
		u.Presence = p
	}
	return u, nil
}

// Restore returns u live again, without reservations and offline unless the status was locked. All
// else is as it was when the user was deleted. The storage says whether the unique names are still
// free. Errors: ErrNotDeleted, ErrErased.
func Restore(u User) (User, error) {
	switch {
	case u.Live():
		return u, ErrNotDeleted
	case u.Lifecycle.Erased:
		return u, ErrErased
	}
	u.Lifecycle.Deleted, u.Lifecycle.HoldUntil = time.Time{}, time.Time{}
	return u, nil
}

// Erase returns what may remain of u once his personal data are scrubbed: the id, kind and times, so that ledger and
// changes that name the id still make sense. A live user is deleted by it. No name of his stays taken, whatever the
// policy of reuse: holding a name would be keeping it. Errors: ErrTime; ErrErased.
func Erase(u User, now time.Time) (User, error) {
	if err := CheckTime(now); err != nil {
		return u, err
	}
	if u.Lifecycle.Erased {
		return u, ErrErased
	}
	now = NormalizeTime(now)
	deleted := u.Lifecycle.Deleted
	if u.Live() {
		deleted = now
	}
	return User{
		ID:       u.ID,
		Version:  u.Version,
		Identity: Identity{Kind: u.Identity.Kind, APIUser: u.Identity.APIUser},
		Access:   Access{Disabled: true},
		Billing:  u.Billing,
		Lifecycle: Lifecycle{
			Created: u.Lifecycle.Created, Updated: now, Deleted: deleted, Erased: true,
		},
	}, nil
}

// HoldExpired reports whether u is deleted and holds names that he may hold no more at now.
func (u User) HoldExpired(now time.Time) bool {
	until := u.Lifecycle.HoldUntil
	return !u.Live() && !until.IsZero() && !until.Equal(never) && !now.Before(until)
}

// Release returns the deleted user without a claim on his names.
func (u User) Release() User {
	u.Lifecycle.HoldUntil = time.Time{}
	return u
}

package user

import (
	"errors"
	"time"
)

// Errors of deleting, restoring and erasing.
var (
	ErrDeleted    = errors.New("user: the user is deleted")
	ErrNotDeleted = errors.New("user: the user is not deleted")
	ErrErased     = errors.New("user: the user's data were erased")
)

// NameReuse says when another user may take the unique names (login, pid, full name) of a deleted
// user. The zero value means at once, as with LivePerson.
type NameReuse struct {
	Never bool          `json:"never,omitempty"` // the names stay taken
	Hold  time.Duration `json:"hold,omitempty"`  // how long the names stay taken; 0: not at all
}

// until returns the time from which the names of a user that is deleted at now can be taken. A
// hold beyond the year 9999 never ends.
func (n NameReuse) until(now time.Time) time.Time {
	switch end := now.Add(n.Hold); {
	case n.Never, n.Hold > 0 && end.After(never):
		return never
	case n.Hold > 0:
		return NormalizeTime(end)
	}
	return time.Time{}
}

// Delete returns u as a user that was deleted at now, which must not be the zero time. The unique
// names stay taken until the time that reuse determines. Delete removes the reservations of chat
// slots. A status that is not locked becomes Offline. A locked status stays, so that a user keeps
// the lock when the user is deleted and restored. The other attributes stay.
//
// Errors, in this order: ErrTime for now; ErrDeleted if u is deleted already. After an error Delete
// returns u unchanged.
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
	if p, err := u.Presence.To(Offline, now); err == nil { // an error: it is locked
		u.Presence = p
	}
	return u, nil
}

// Restore returns the deleted user u as live again. Deleted and HoldUntil become the zero time. All
// other attributes stay as Delete left them: the user has no reservations, and the status Offline
// unless it is locked. Restore does not check whether the unique names are still free; the storage
// does. After an error Restore returns u unchanged.
//
// Errors: ErrNotDeleted if u is live; ErrErased if u was erased.
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

// Erase returns u without personal data, as a disabled user that was updated at now, which must not
// be the zero time. These stay: the id, so that transfers and changes can refer to it, the version,
// the kind, Identity.APIUser, the billing, and the times of creation and deletion. A live user
// becomes deleted at now. No unique name stays taken, whatever NameReuse says.
//
// Errors, in this order: ErrTime for now; ErrErased if u is already erased. After an error Erase
// returns u unchanged.
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

// HoldExpired reports whether u is deleted and the hold on its unique names has ended at now.
func (u User) HoldExpired(now time.Time) bool {
	until := u.Lifecycle.HoldUntil
	return !u.Live() && !until.IsZero() && !until.Equal(never) && !now.Before(until)
}

// Release returns the deleted user without a claim on its unique names.
func (u User) Release() User {
	u.Lifecycle.HoldUntil = time.Time{}
	return u
}

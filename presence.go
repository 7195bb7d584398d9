package roster

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ErrNoAgentAvailable is returned if Reserve is to choose a user and none is available.
var ErrNoAgentAvailable = errors.New("roster: no agent is available")

// SetStatus sets the status of a user to s (Omnidesk updateStatus), with the id of the call to
// which the status belongs, or 0, and returns a Result with the user. callID must not be negative,
// and below 2^53 unless the actor is the system actor. If nothing differs, SetStatus writes
// nothing.
//
// Errors, in this order:
//   - *validate.Error for a status or a callID that is not valid
//   - storage.ErrNotFound, *permission.Denied, ErrStale
//   - user.ErrStatusLocked if the status is locked and s is another status
func (h Handle) SetStatus(
	ctx context.Context, id user.ID, s user.Status, callID int64, opts ...CallOption,
) (Result, error) {
	var c validate.Collector
	c.Merge("", checkStatus(s))
	maxCallID := int64(1<<63 - 1)
	if !h.actor.system {
		maxCallID = maxUserID
	}
	c.Range("/presence/callId", callID, 0, maxCallID)
	return h.changeUser(ctx, method{name: "SetStatus", invalid: c.Err()}, id, userChange{
		action: permission.PresenceSet, what: storage.StatusChanged,
		rule: func(_ context.Context, t *tx, u user.User) (user.User, error) {
			p, err := u.Presence.To(s, t.now)
			p.CallID = callID
			u.Presence = p
			return u, err
		},
	}, opts)
}

// LockStatus sets the status of a user to s and locks it ("Sets this user to a specific status and
// locks it", Omnidesk statusLock). It returns a Result with the user. SetStatus cannot change the
// status until UnlockStatus. Another LockStatus replaces the lock.
//
// Errors, in this order: *validate.Error for a status that is not valid; storage.ErrNotFound,
// *permission.Denied, ErrStale.
func (h Handle) LockStatus(ctx context.Context, id user.ID, s user.Status, opts ...CallOption) (Result, error) {
	return h.changeUser(ctx, method{name: "LockStatus", invalid: checkStatus(s)}, id, userChange{
		action: permission.StatusLock, what: storage.StatusLocked,
		rule: func(_ context.Context, t *tx, u user.User) (user.User, error) {
			u.Presence = u.Presence.LockAt(s, h.actor.id, t.now)
			return u, nil
		},
	}, opts)
}

// UnlockStatus removes the lock of the status of a user and keeps the status (Omnidesk
// statusLockDelete). It returns a Result with the user. Without a lock it changes nothing.
//
// Errors: storage.ErrNotFound; *permission.Denied; ErrStale.
func (h Handle) UnlockStatus(ctx context.Context, id user.ID, opts ...CallOption) (Result, error) {
	return h.changeUser(ctx, method{name: "UnlockStatus"}, id, userChange{
		action: permission.StatusUnlock, what: storage.StatusUnlocked,
		rule: func(_ context.Context, _ *tx, u user.User) (user.User, error) {
			u.Presence = u.Presence.Unlocked()
			return u, nil
		},
	}, opts)
}

// checkStatus returns a *validate.Error for a number that is no status.
func checkStatus(s user.Status) error {
	p := user.Patch{Status: user.Set(s)}
	return p.Check(validate.Strict)
}

// Reserve reserves one chat slot of the user id for a channel (Omnidesk reserveUserForLiveChannel).
// Result.User is the reserved user. The reservation ends by Release, or after
// Account.ReservationTime, which is 30 seconds if it is not set. Two calls never reserve the same
// last slot.
//
// If id is 0, Reserve chooses the user with the most free capacity, and of several the one with the
// lowest id. It considers users that the actor may reserve and that are enabled, Ready, without a
// reservation and with a free slot.
//
// Errors, in this order:
//   - *validate.Error at /channel for a channel that is not valid
//   - storage.ErrNotFound if the account or the user does not exist, or the user is hidden
//   - *permission.Denied
//   - ErrNoAgentAvailable if id is 0 and there is no such user
//   - ErrStale
//   - user.ErrNotReady if the user is disabled or not Ready, or user.ErrNoCapacity
func (h Handle) Reserve(ctx context.Context, id user.ID, channel string, opts ...CallOption) (Result, error) {
	m := method{name: "Reserve", invalid: checkText(validate.Channel, h.profile, "/channel", channel)}
	return h.changeUser(ctx, m, id, userChange{
		what: storage.UserReserved, detail: channel,
		find: func(ctx context.Context, t *tx) (user.User, error) {
			if _, err := t.settings(ctx, permission.Reserve); err != nil {
				return user.User{}, err
			}
			u, err := t.slot(ctx, id)
			if id == 0 {
				t.concerns(u.ID)
			}
			return u, err
		},
		rule: func(ctx context.Context, t *tx, u user.User) (user.User, error) {
			account, err := t.Account(ctx)
			if err != nil {
				return u, err
			}
			return user.Reserve(u, channel, t.now, t.now.Add(account.Reservation()))
		},
	}, opts)
}

// slot returns the user with the id, or for 0 the best available user that the actor may reserve.
// Errors: storage.ErrNotFound; *permission.Denied; ErrNoAgentAvailable; those of the policy and the
// storage.
func (t *tx) slot(ctx context.Context, id user.ID) (user.User, error) {
	if id != 0 {
		return t.authorizedTarget(ctx, id, permission.Reserve, false)
	}
	if err := t.may(ctx, permission.Reserve); err != nil {
		return user.User{}, err
	}
	var best user.User
	// Only enabled users that are Ready can be available.
	for u, err := range users(ctx, t, storage.Query{Enabled: storage.Yes, Statuses: []user.Status{user.Ready}}) {
		if err != nil {
			return best, err
		}
		if !user.Available(u, t.now) || best.ID != 0 && !user.MoreAvailable(u, best, t.now) {
			continue
		}
		switch may, err := t.allowed(ctx, t.request(permission.Reserve, permission.TargetOf(u))); {
		case err != nil:
			return best, err
		case may:
			best = u
		}
	}
	if best.ID == 0 {
		return best, ErrNoAgentAvailable
	}
	return best, nil
}

// Release ends the oldest reservation of a user for the channel, and returns a Result with the
// user. It also removes the reservations that have expired.
//
// Errors, in this order:
//   - *validate.Error at /channel for a channel that is not valid
//   - storage.ErrNotFound, *permission.Denied, ErrStale
//   - user.ErrNoSlot if the user has no reservation for the channel that is still valid
func (h Handle) Release(ctx context.Context, id user.ID, channel string, opts ...CallOption) (Result, error) {
	m := method{name: "Release", invalid: checkText(validate.Channel, h.profile, "/channel", channel)}
	return h.changeUser(ctx, m, id, userChange{
		action: permission.Reserve, what: storage.UserReleased, detail: channel,
		rule: func(_ context.Context, t *tx, u user.User) (user.User, error) {
			return user.Unreserve(u, channel, t.now)
		},
	}, opts)
}

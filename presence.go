package roster

import (
	"context"
	"errors"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ErrNoAgentAvailable is returned when no user can be reserved.
var ErrNoAgentAvailable = errors.New("roster: no agent is available")

// SetStatus changes a user's presence (Omnidesk updateStatus); callID is the call that it belongs
// to, 0 for none. Errors: *validate.Error; storage.ErrNotFound; *permission.Denied; ErrStale;
// user.ErrStatusLocked.
func (h Handle) SetStatus(
	ctx context.Context, id user.ID, s user.Status, callID int64, opts ...CallOption,
) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "SetStatus", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	var c validate.Collector
	c.Merge("", checkStatus(s))
	maxCallID := int64(1<<63 - 1)
	if !h.actor.system {
		maxCallID = maxUserID
	}
	c.Range("/presence/callId", callID, 0, maxCallID)
	if err := c.Err(); err != nil {
		return Result{}, err
	}
	return h.changeUser(ctx, id, userChange{
		action: permission.PresenceSet, what: storage.StatusChanged,
		rule: func(_ context.Context, t *tx, u user.User) (user.User, error) {
			p, err := u.Presence.To(s, t.now)
			if err != nil {
				return u, err
			}
			p.CallID = callID
			u.Presence = p
			return u, nil
		},
	}, opts)
}

// LockStatus sets a user's status and keeps it from being changed ("Sets this user to a specific
// status and locks it", Omnidesk statusLock). Errors: *validate.Error; storage.ErrNotFound;
// *permission.Denied; ErrStale.
func (h Handle) LockStatus(ctx context.Context, id user.ID, s user.Status, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "LockStatus", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	if err := checkStatus(s); err != nil {
		return Result{}, err
	}
	return h.changeUser(ctx, id, userChange{
		action: permission.StatusLock, what: storage.StatusLocked,
		rule: func(_ context.Context, t *tx, u user.User) (user.User, error) {
			u.Presence = u.Presence.LockAt(s, h.actor.id, t.now)
			return u, nil
		},
	}, opts)
}

// UnlockStatus ends the lock on a user's status; the status stays (Omnidesk statusLockDelete).
// Without a lock it does nothing. Errors: storage.ErrNotFound; *permission.Denied; ErrStale.
func (h Handle) UnlockStatus(ctx context.Context, id user.ID, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "UnlockStatus", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	return h.changeUser(ctx, id, userChange{
		action: permission.StatusUnlock, what: storage.StatusUnlocked,
		rule: func(_ context.Context, _ *tx, u user.User) (user.User, error) {
			u.Presence = u.Presence.Unlocked()
			return u, nil
		},
	}, opts)
}

func checkStatus(s user.Status) error {
	p := user.Patch{Status: user.Set(s)}
	return p.Check(validate.Strict)
}

// Reserve promises one chat slot of a user to a channel for Account.Reservation (Omnidesk
// reserveUserForLiveChannel). With id 0 it takes, of those who are enabled, Ready, hold no
// reservation and are within the actor's reach, the one with the most free capacity, then the
// lowest id. Two callers never get the same last slot. Errors: *validate.Error;
// storage.ErrNotFound; *permission.Denied; ErrNoAgentAvailable without a named user; ErrStale;
// user.ErrNotReady or user.ErrNoCapacity for a named one.
func (h Handle) Reserve(ctx context.Context, id user.ID, channel string, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "Reserve", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	var c validate.Collector
	if !c.Check(validate.Channel, h.profile, "/channel", channel) {
		return Result{}, c.Err()
	}
	var result Result
	done, err := h.update(ctx, opts, func(ctx context.Context, t *tx) error {
		account, err := t.settings(ctx, permission.Reserve)
		if err != nil {
			return err
		}
		u, err := t.slot(ctx, id)
		if err != nil {
			return err
		}
		if err := t.checkUserVersion(&u); err != nil {
			return err
		}
		after, err := user.Reserve(u, channel, t.now, t.now.Add(account.Reservation()))
		if err != nil {
			return err
		}
		if err := t.checkPrecondition(&u, &after); err != nil {
			return err
		}
		if err := t.store(ctx, storage.UserReserved, &u, &after, channel); err != nil {
			return err
		}
		result = Result{User: after, Changed: user.AttributesOf(user.AttrReservations)}
		return t.answer(ctx, &result)
	})
	if err != nil {
		return Result{}, err
	}
	if id == 0 {
		h.obs.found(result.User.ID)
	}
	return result.at(done), nil
}

// slot finds the user to be reserved.
func (t *tx) slot(ctx context.Context, id user.ID) (user.User, error) {
	if id != 0 {
		return t.authorizedTarget(ctx, id, permission.Reserve, false)
	}
	if err := t.may(ctx, permission.Reserve); err != nil {
		return user.User{}, err
	}
	var best user.User
	q := storage.Query{Enabled: storage.Yes, Statuses: []user.Status{user.Ready}} // no other user can be available
	for u, err := range users(ctx, t, q) {
		if err != nil {
			return best, err
		}
		if !user.Available(u, t.now) || best.ID != 0 && !user.MoreAvailable(u, best, t.now) {
			continue
		}
		may, err := t.allowed(ctx, t.request(permission.Reserve, permission.TargetOf(u)))
		if err != nil {
			return best, err
		}
		if may {
			best = u
		}
	}
	if best.ID == 0 {
		return best, ErrNoAgentAvailable
	}
	return best, nil
}

// Release gives the oldest slot of a user that the channel reserved free again. Errors:
// *validate.Error; storage.ErrNotFound; *permission.Denied; ErrStale; user.ErrNoSlot.
func (h Handle) Release(ctx context.Context, id user.ID, channel string, opts ...CallOption) (_ Result, err error) {
	if ctx, h.obs = start(ctx, &h, "Release", id); h.obs != nil {
		defer h.obs.end(&err)
	}
	var c validate.Collector
	if !c.Check(validate.Channel, h.profile, "/channel", channel) {
		return Result{}, c.Err()
	}
	return h.changeUser(ctx, id, userChange{
		action: permission.Reserve, what: storage.UserReleased, detail: channel,
		rule: func(_ context.Context, t *tx, u user.User) (user.User, error) {
			return user.Unreserve(u, channel, t.now)
		},
	}, opts)
}

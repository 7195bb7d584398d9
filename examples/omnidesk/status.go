package omnidesk

import (
	"errors"
	"math"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// status returns a status by the vendor's number.
func (c *call) status(name string) user.Status {
	s, _ := user.StatusByNumber(int(c.number(0, name)))
	return s
}

// updateStatus implements POST /user/updateStatus: "Updates this user's status." It sets the user's
// status to the parameter statusID, and stores lastInternalCallID, the id of a call, with the
// status. The parameter userID or userEmailAddress names the user. If both are given, they must
// name the same user; if both are missing, the user is the one that the API key acts as. If a user
// found by address changes before the write, updateStatus searches again. The parameter
// browserRequestTime is only checked. Errors: those of done, byEmail and roster.Handle.SetStatus.
func updateStatus(c *call) ([]byte, error) {
	email := ""
	if _, ok := c.value("userEmailAddress"); ok {
		email = c.text("userEmailAddress")
	}
	var id user.ID
	if _, ok := c.value("userID"); ok || email == "" {
		id = c.targetID()
	}
	c.Has("userID")
	status := c.status("statusID")
	callID, _ := c.Int("lastInternalCallID")
	c.as("/presence/callId", "lastInternalCallID")
	// When the browser asked says nothing about who may do what: it is read, and not used.
	if at, ok := c.Int("browserRequestTime"); ok {
		c.Problems().Range(c.Path("browserRequestTime"), at, 0, math.MaxInt64)
	}
	if err := c.done(); err != nil {
		return nil, err
	}
	if email == "" {
		_, err := c.handle.SetStatus(c.context(), id, status, callID)
		return done("Status updated.", err)
	}
	for {
		u, err := c.byEmail(id, email)
		if err != nil {
			return nil, err
		}
		// The address may now belong to another user. So the call is about the version of the user
		// that was found, and otherwise searches again. This ends, because each repetition follows
		// a write.
		var seen []roster.CallOption
		if u.Version != 0 {
			seen = append(seen, roster.IfVersion(u.Version))
		}
		_, err = c.handle.SetStatus(c.context(), u.ID, status, callID, seen...)
		if !errors.Is(err, roster.ErrStale) {
			return done("Status updated.", err)
		}
	}
}

// byEmail returns the user with the e-mail address email, for updateStatus. If id is not 0, it
// returns the user with this id, and checks that the user has the address. It searches as the
// system actor, because a key that may set statuses may not be allowed to read users.
//
// If the key may not set statuses, or if no user has the id, the result has only the id, and no
// error: the later SetStatus returns the right error.
//
// Errors: a *validate.Error if the address is not valid, or if the user with the id has another
// address; storage.ErrNotFound if id is 0 and no user has the address; those of the directory.
func (c *call) byEmail(id user.ID, email string) (user.User, error) {
	unseen := user.User{ID: id} // the call itself returns the error about the user
	if e, err := c.handle.Explain(c.context(), permission.PresenceSet, 0); err != nil || !e.Allowed {
		return unseen, err
	}
	key, err := user.KeyOf(user.KeyEmail, email)
	if err != nil {
		c.Problems().Merge(c.Path("userEmailAddress"), err)
		return unseen, c.Err()
	}
	host := c.dir.As(c.key.Account, roster.SystemActor())
	if id == 0 {
		return host.Find(c.context(), user.KeyEmail, email)
	}
	u, err := host.Get(c.context(), id)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return unseen, nil
	case err == nil && u.Keys()[user.KeyEmail] != key.Value:
		c.Problem("userEmailAddress", validate.Mismatch)
		err = c.Err()
	}
	return u, err
}

// lockStatus implements POST /user/statusLock: "Sets this user to a specific status and locks it."
// The parameter status is the vendor's number of the status, 1 to 8. The parameter userID names the
// user; without it, the user is the one that the API key acts as. Errors: those of done; those of
// roster.Handle.LockStatus.
func lockStatus(c *call) ([]byte, error) {
	id, status := c.targetID(), c.status("status")
	if err := c.done(); err != nil {
		return nil, err
	}
	_, err := c.handle.LockStatus(c.context(), id, status)
	return done("Status locked.", err)
}

// unlockStatus implements POST /user/statusLockDelete: "Deletes the status lock on this user." The
// status itself stays. If the status is not locked, unlockStatus changes nothing and succeeds. The
// parameter userID names the user; without it, the user is the one that the API key acts as.
// Errors: those of done; those of roster.Handle.UnlockStatus.
func unlockStatus(c *call) ([]byte, error) {
	id := c.targetID()
	if err := c.done(); err != nil {
		return nil, err
	}
	_, err := c.handle.UnlockStatus(c.context(), id)
	return done("Status lock deleted.", err)
}

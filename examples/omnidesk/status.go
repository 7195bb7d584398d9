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

// updateStatus implements POST /user/updateStatus: "Updates this user's status." It sets the status
// of the parameter statusID and the call of lastInternalCallID. The user is the one in userID or
// the one with the address userEmailAddress. If the request has both, they must be of the same
// user. If it has neither, the user is the key's own. If the user that was found by address changes
// before the status is set, updateStatus searches again. It checks browserRequestTime, and does not
// use the time.
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

// byEmail returns the user with the e-mail address email, for updateStatus. If id is not 0, byEmail
// reads the user with this id, and this user must have the address.
//
// The system actor searches, because a key that may set a status may not be allowed to read users.
// So byEmail first asks the policy whether the key may set statuses. If the key may not, or if no
// user has the id, byEmail returns a user with the id alone, version 0 and no error, and SetStatus
// then returns the error.
//
// Errors: a *validate.Error if the address is not valid or is not the address of the user id;
// storage.ErrNotFound if id is 0 and no user has the address; those of the directory.
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
// The parameter status is the vendor's number of the status, 1 to 8. The user is the one in the
// parameter userID, and without userID the key's own user.
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
// user is the one in the parameter userID, and without userID the key's own user.
func unlockStatus(c *call) ([]byte, error) {
	id := c.targetID()
	if err := c.done(); err != nil {
		return nil, err
	}
	_, err := c.handle.UnlockStatus(c.context(), id)
	return done("Status lock deleted.", err)
}

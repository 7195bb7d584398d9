package user

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Status is the presence of a user: one of Voximplant's eight ACD statuses, which stand for the
// statuses of all four vendors. The zero value is Offline.
type Status uint8

// The statuses, in the order of Voximplant's acd_status list.
const (
	Offline Status = iota
	Online
	Ready
	Banned
	InService
	AfterService
	Timeout
	DND
	numStatuses
)

var statusNames = [numStatuses]string{
	"OFFLINE", "ONLINE", "READY", "BANNED", "IN_SERVICE", "AFTER_SERVICE", "TIMEOUT", "DND",
}

// String returns Voximplant's name of the status.
func (s Status) String() string {
	if s < numStatuses {
		return statusNames[s]
	}
	return fmt.Sprintf("STATUS(%d)", uint8(s))
}

// ParseStatus returns the status with Voximplant's name.
func ParseStatus(name string) (Status, bool) {
	i := slices.Index(statusNames[:], name)
	return Status(max(i, 0)), i >= 0
}

// Number returns Omnidesk's statusID, 1 (Offline) to 8 (DND).
func (s Status) Number() int { return int(s) + 1 }

// StatusByNumber returns the status with Omnidesk's statusID, 1 to 8.
func StatusByNumber(n int) (Status, bool) {
	if n < 1 || n > int(numStatuses) {
		return 0, false
	}
	return Status(n - 1), true
}

// DoNotDisturb reports whether the status is DND. Genesys' doNotDisturb has the same value.
func (s Status) DoNotDisturb() bool { return s == DND }

// MarshalText returns the name. It returns an error for a number that is no status.
func (s Status) MarshalText() ([]byte, error) { return nameOf(s, s < numStatuses) }

// UnmarshalText sets s to the status with a name, such as "READY". For an unknown name it returns
// an error and leaves s unchanged.
func (s *Status) UnmarshalText(b []byte) error {
	parsed, ok := ParseStatus(string(b))
	if !ok {
		return fmt.Errorf("user: unknown status %.20q", b)
	}
	*s = parsed
	return nil
}

// ErrStatusLocked is returned if a locked status would change.
var ErrStatusLocked = errors.New("user: the status is locked")

// StatusLock is a lock on a status ("Sets this user to a specific status and locks it",
// Omnidesk).
type StatusLock struct {
	Locked bool      `json:"locked"`
	By     ID        `json:"by,omitempty"` // the user that locked it; 0 if no user did
	At     time.Time `json:"at,omitzero"`
}

func (l StatusLock) equal(m StatusLock) bool {
	return l.Locked == m.Locked && l.By == m.By && l.At.Equal(m.At)
}

// IsZero reports whether there is no lock.
func (l StatusLock) IsZero() bool { return !l.Locked && l.By == 0 && l.At.IsZero() }

// To returns a presence with the status s, and with Since set to now. If the presence has the
// status s already, To returns it unchanged, even if the status is locked. After an error To
// returns p unchanged.
//
// Errors: ErrTime for an invalid now; ErrStatusLocked if the status is locked and would change.
func (p Presence) To(s Status, now time.Time) (Presence, error) {
	if err := CheckTime(now); err != nil {
		return p, err
	}
	if p.Status == s {
		return p, nil
	}
	if p.Lock.Locked {
		return p, ErrStatusLocked
	}
	p.Status, p.Since = s, NormalizeTime(now)
	return p, nil
}

// LockAt returns p with the status s and a new lock, which replaces an earlier lock. The lock holds
// the time now and the id of the user that sets the lock, which is the parameter by. Since becomes
// now if the status changes, and stays if p has the status s already.
func (p Presence) LockAt(s Status, by ID, now time.Time) Presence {
	if p.Status != s {
		p.Status, p.Since = s, NormalizeTime(now)
	}
	p.Lock = StatusLock{Locked: true, By: by, At: NormalizeTime(now)}
	return p
}

// Unlocked returns the presence without a lock. The status stays.
func (p Presence) Unlocked() Presence {
	p.Lock = StatusLock{}
	return p
}

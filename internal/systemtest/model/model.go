package model

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
)

// Model is one account as the documents describe it. It uses no storage, and has one caller at a
// time.
type Model struct {
	state
	now   time.Time
	asked []Op // requests for money under a key
}

// state is the part of the model that stays unchanged in a failed call or a dry run.
type state struct {
	revision  int
	account   Record // nil: there is none yet
	users     map[int]Record
	lastUser  int           // the greatest id of a user
	funds     map[int]int64 // 0 is the account
	transfers []Transfer    // their ids are 1, 2, 3 and so on
	changes   []Change
}

// Change is a change as Changes returns it.
type Change struct {
	Revision, Index int
	At, Type        string
	Actor, User     int
	Reference       string
	Transfer        int
}

// newModel returns an account without data.
func newModel(now time.Time) *Model {
	return &Model{now: now, state: state{users: map[int]Record{}, funds: map[int]int64{}}}
}

func (s state) clone() state {
	s.users, s.funds = maps.Clone(s.users), maps.Clone(s.funds)
	s.transfers, s.changes = slices.Clip(s.transfers), slices.Clip(s.changes)
	return s
}

// How has the options and the actor of a call.
type How struct {
	Dry                   bool
	IfVersion, IfRevision *int
	IfSince               *int // no user named has another configuration since
	As                    int  // the acting user; 0 is the host
}

// String lists the options that are set, such as " dry as user 4". Each option begins with a space.
// The text is empty if no option is set.
func (h How) String() string {
	var b strings.Builder
	if h.Dry {
		b.WriteString(" dry")
	}
	for _, o := range []struct {
		name  string
		value *int
	}{{"if-version", h.IfVersion}, {"if-revision", h.IfRevision}, {"if-unchanged-since", h.IfSince}} {
		if o.value != nil {
			fmt.Fprintf(&b, " %s=%d", o.name, *o.value)
		}
	}
	if h.As != 0 {
		fmt.Fprintf(&b, " as user %d", h.As)
	}
	return b.String()
}

// tx is a call that may write.
type tx struct {
	*Model
	how   How
	wrote bool

	configBefore int // configRevision before the call
}

// try runs call as one transaction of the model. It returns the revision after the call, and the
// error of call. If a user as actor leaves the account without its last administrator, the error is
// ErrLastAdministrator. After an error or a dry run, try restores the old state, but still returns
// the revision that the call would have made.
func (m *Model) try(how How, call func(t *tx) error) (int, error) {
	before := m.state.clone()
	t := &tx{Model: m, how: how, configBefore: m.configRevision()}
	err, had := call(t), before.administered()
	if err == nil && how.As != 0 && had && !m.administered() {
		err = roster.ErrLastAdministrator
	}
	if t.wrote {
		m.revision++
	}
	after := m.revision
	if err != nil || how.Dry {
		m.state = before
	}
	return after, err
}

func (m *Model) at() string { return moment(m.now) }

// next returns the revision that the call will make.
func (t *tx) next() int { return t.revision + 1 }

// checkVersion returns ErrStale if a precondition of the call does not hold, or else nil. The
// parameter version is the current version of the call's target. If IfVersion is set, it must equal
// version. If IfRevision is set, it must equal the current revision of the account.
func (t *tx) checkVersion(version int) error {
	if v := t.how.IfVersion; v != nil && *v != version {
		return roster.ErrStale
	}
	if r := t.how.IfRevision; r != nil && *r != t.revision {
		return roster.ErrStale
	}
	return nil
}

// record appends the change c to the changes of the account and marks the call as writing. It sets
// the revision, time and actor of c from the call, and the index among the changes of the call.
func (t *tx) record(c Change) {
	if n := len(t.changes); t.wrote && n > 0 {
		c.Index = t.changes[n-1].Index + 1
	}
	t.wrote = true
	c.Revision, c.At, c.Actor = t.next(), t.at(), t.how.As
	t.changes = append(t.changes, c)
}

// sorted returns the ids of all users in ascending order.
func (m *Model) sorted() []int { return slices.Sorted(maps.Keys(m.users)) }

// createAccount creates the account with the settings a. Errors: ErrStale; ErrExists.
func (m *Model) createAccount(a Record, how How) (Record, error) {
	return m.putAccount(a, how, func(t *tx) error {
		if t.account != nil {
			return storage.ErrExists
		}
		return nil
	})
}

// updateAccount replaces the settings of the account. Errors: ErrStale; ErrCurrency for another
// currency if the account has transfers.
func (m *Model) updateAccount(a Record, how How) (Record, error) {
	return m.putAccount(a, how, func(t *tx) error {
		if a["currency"] != t.account["currency"] && len(t.transfers) > 0 {
			return balance.ErrCurrency
		}
		return nil
	})
}

// putAccount stores the settings a and returns them as stored. Errors: ErrStale; the error of
// allowed.
func (m *Model) putAccount(a Record, how How, allowed func(t *tx) error) (Record, error) {
	_, err := m.try(how, func(t *tx) error {
		if err := t.checkVersion(atoi(t.account[".version"])); err != nil {
			return err
		}
		if err := allowed(t); err != nil {
			return err
		}
		created := cmp.Or(t.account["created"], t.at())
		a = a.with("created", created, ".version", itoa(t.next()))
		t.account = a
		t.record(Change{Type: "account.updated"})
		return nil
	})
	return a, err
}

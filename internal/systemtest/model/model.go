package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Model is one account as the documents describe it. It uses no storage, and has one caller at a
// time.
type Model struct {
	state
	now    time.Time
	scheme int // of the hashes that passwords get now
	memory int // how many passwords may not be used again
	page   *place
	asked  []Op // requests for money under a key
}

// state is the part of the model that a failed or dry call does not change.
type state struct {
	revision  int
	account   Record // nil: there is none yet
	users     map[int]Record
	secrets   map[int]secret
	refs      map[string]Record // "profile 3"
	last      map[string]int    // the greatest id of users, of transfers, and of each kind of reference data
	funds     map[int]int64     // 0 is the account
	transfers []Transfer
	changes   []Change
	compacted int // the changes of this revision and before are forgotten
	config    int // the configRevision of the account when it was deleted last
}

// secret has a user's password and the one before it.
type secret struct {
	plain, before string
	scheme        int
}

// Change is a change as Changes returns it.
type Change struct {
	Revision, Index int
	At, Type        string
	Actor           int
	Reason, Detail  string
	User            int
	Created         Record
	Diff            []string // sorted
	Reference       string
	Transfer        int
	Money           string // payer, payee and amount of the first payments, and the total
}

// newModel returns an account without data.
func newModel(now time.Time) *Model {
	return &Model{now: now, memory: memory, state: state{
		users: map[int]Record{}, secrets: map[int]secret{}, refs: map[string]Record{}, last: map[string]int{},
		funds: map[int]int64{},
	}}
}

func (s state) clone() state {
	s.users, s.secrets, s.refs = maps.Clone(s.users), maps.Clone(s.secrets), maps.Clone(s.refs)
	s.last, s.funds = maps.Clone(s.last), maps.Clone(s.funds)
	s.transfers, s.changes = slices.Clip(s.transfers), slices.Clip(s.changes)
	return s
}

// How has the options and the actor of a call.
type How struct {
	Dry                   bool
	IfVersion, IfRevision *int
	IfSince               *int // no user named has another configuration since
	Reason                string
	As                    int // the acting user; 0 is the host
}

// String returns the options that are set as text, such as " dry as user 4". Each option begins
// with a space. The result is empty if no option is set.
func (h How) String() string {
	var b strings.Builder
	if h.Dry {
		b.WriteString(" dry")
	}
	if h.IfVersion != nil {
		fmt.Fprintf(&b, " if-version=%d", *h.IfVersion)
	}
	if h.IfRevision != nil {
		fmt.Fprintf(&b, " if-revision=%d", *h.IfRevision)
	}
	if h.IfSince != nil {
		fmt.Fprintf(&b, " if-unchanged-since=%d", *h.IfSince)
	}
	if h.Reason != "" {
		fmt.Fprintf(&b, " because=%q", h.Reason)
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

// try runs call with the options how, and returns the revision after the call. If call wrote
// anything, the revision is one greater than before. A dry call returns the revision that the call
// would have made. If try returns an error, or if how.Dry is set, try restores the state as it was
// before the call.
//
// try returns the error of call. It returns the fault lastAdministrator if the actor is a user and
// the call leaves the account without an administrator, although the account had one before. After
// an error the returned revision means nothing.
func (m *Model) try(how How, call func(t *tx) error) (int, error) {
	before := m.state.clone()
	t := &tx{Model: m, how: how, configBefore: m.configRevision()}
	err, had := call(t), before.administered()
	if err == nil && how.As != 0 && had && !m.administered() {
		err = lastAdministrator
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

// checkVersion returns a stale fault if the call expects a version of its target other than
// version, or a revision of the account other than the current one. It returns nil if the call
// expects neither.
func (t *tx) checkVersion(version int) error {
	if v := t.how.IfVersion; v != nil && *v != version {
		return staleVersion(*v, version)
	}
	if r := t.how.IfRevision; r != nil && *r != t.revision {
		return staleVersion(*r, t.revision)
	}
	return nil
}

// record appends the change c to the changes of the account and marks the call as writing. It sets
// the revision, time, actor and reason of c from the call. The index of c is 0 for the first change
// of the call, and one more for each further change.
func (t *tx) record(c Change) {
	if n := len(t.changes); t.wrote && n > 0 {
		c.Index = t.changes[n-1].Index + 1
	}
	t.wrote = true
	c.Revision, c.At, c.Actor, c.Reason = t.next(), t.at(), t.how.As, t.how.Reason
	t.changes = append(t.changes, c)
}

// take returns id, or the next free id of the sequence if id is 0. It records the returned id as
// used, so that later calls with the id 0 return greater ids of this sequence. It does not check
// whether a given id is used already.
func (t *tx) take(sequence string, id int) int {
	if id == 0 {
		id = t.last[sequence] + 1
	}
	t.last[sequence] = max(t.last[sequence], id)
	return id
}

// live returns a user who exists and is not deleted.
func (m *Model) live(id int) (Record, error) {
	if u := m.users[id]; u != nil && u.live() {
		return u, nil
	}
	return nil, notFound
}

// sorted returns the ids of all users in ascending order.
func (m *Model) sorted() []int { return slices.Sorted(maps.Keys(m.users)) }

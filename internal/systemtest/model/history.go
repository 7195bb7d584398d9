package model

import (
	"fmt"
	"slices"
	"time"
)

// Look is a query for changes or transfers. In a query for transfers, User is a payer or payee, and
// Kinds are kinds of transfers.
type Look struct {
	User, Actor int
	Kinds       []string // nil: all
	Newest      bool
	After       [2]int // a revision and an index, or a transfer; zero: from the start
	Limit       int
	From, Until time.Time
}

// String returns the query as text.
func (l Look) String() string {
	return fmt.Sprintf("user=%d actor=%d kinds=%q newest=%t after=%v limit=%d from=%s until=%s",
		l.User, l.Actor, l.Kinds, l.Newest, l.After, l.Limit, moment(l.From), moment(l.Until))
}

// behind reports whether a place comes after l.After in the order of the query. A place is the
// revision and index of a change, or a transfer id and 0. The order is descending if l.Newest is
// set, else ascending. If l.Newest is set and l.After is zero, behind returns true for every place.
func (l Look) behind(place [2]int) bool {
	c := slices.Compare(place[:], l.After[:])
	if l.Newest {
		return l.After == [2]int{} || c < 0
	}
	return c > 0
}

// few returns the first l.Limit items of found, or nil if there are none. found must be in
// ascending order. If l.Newest is set, few first reverses found in place, so it returns the newest
// items, newest first.
func few[T any](l Look, found []T) []T {
	if l.Newest {
		slices.Reverse(found)
	}
	if found = found[:min(len(found), l.Limit)]; len(found) == 0 {
		return nil
	}
	return found
}

// changesOf returns the recorded changes that come after l.After and match the user, the actor and
// the kinds of the query l. A zero user or actor and nil kinds match every change. It returns at
// most l.Limit changes, newest first if l.Newest is set. It returns the fault "compacted" if
// changes were compacted and l.After is at or before the last compacted revision. A query for the
// newest changes with a zero l.After never returns this fault.
func (m *Model) changesOf(l Look) (any, error) {
	if m.compacted > 0 && l.After[0] <= m.compacted && !(l.Newest && l.After == [2]int{}) {
		return nil, Fault("compacted")
	}
	var found []Change
	for _, c := range m.changes {
		if l.behind([2]int{c.Revision, c.Index}) && (l.User == 0 || c.User == l.User) && (l.Actor == 0 || c.Actor == l.Actor) &&
			(l.Kinds == nil || slices.Contains(l.Kinds, c.Type)) {
			found = append(found, c)
		}
	}
	return few(l, found), nil
}

// transfersOf returns the transfers that come after l.After and match the user, the kinds and the
// time range of the query l. It returns at most l.Limit transfers, newest first if l.Newest is set.
//
//   - A transfer matches the user if the user pays or receives one of its postings. User 0 matches
//     every transfer.
//   - Nil kinds match every transfer.
//   - The range includes l.From and excludes l.Until. A zero l.From or l.Until does not limit the
//     range.
func (m *Model) transfersOf(l Look) []Transfer {
	var found []Transfer
	for _, x := range m.moved() {
		takesPart := slices.ContainsFunc(x.Postings, func(p Posting) bool { return p.From == l.User || p.To == l.User })
		if l.behind([2]int{x.ID, 0}) && (l.User == 0 || takesPart) && (l.Kinds == nil || slices.Contains(l.Kinds, x.Kind)) &&
			x.At >= moment(l.From) && (l.Until.IsZero() || x.At < moment(l.Until)) {
			found = append(found, x)
		}
	}
	return few(l, found)
}

// compact removes the oldest changes up to the time before, which is excluded, and records a change
// of the type "changes.compacted". It returns the last revision whose changes are removed. If no
// change is older than this time, it records nothing and returns the revision of the last
// compaction.
//
// compact returns a fault if the time is later than the current time, or if the precondition of how
// does not hold.
func (m *Model) compact(before time.Time, how How) (any, error) {
	last := 0
	_, err := m.try(how, func(t *tx) error {
		if before.After(t.now) {
			return Fault("invalid: /before out_of_range")
		}
		if err := t.checkVersion(0); err != nil {
			return err
		}
		last = t.compacted
		n := 0
		for n < len(t.changes) && t.changes[n].At < moment(before) {
			n++
		}
		if n == 0 {
			return nil
		}
		last = t.changes[n-1].Revision
		t.compacted, t.changes = last, slices.Clone(t.changes[n:])
		t.record(Change{Type: "changes.compacted", Detail: itoa(last)})
		return nil
	})
	return last, err
}

// paid returns a text that describes the postings of a transfer: their total, their number, the
// currency, and the payer, payee and amount of the first eight. A change of the model stores this
// text in its field Money.
func paid(x Transfer) string {
	total, payments := int64(0), ""
	for i, p := range x.Postings {
		if total += p.Amount; i < 8 {
			payments += fmt.Sprintf(" %d>%d %d", p.From, p.To, p.Amount)
		}
	}
	return fmt.Sprintf("%d of %d %s:%s", total, len(x.Postings), x.Currency, payments)
}

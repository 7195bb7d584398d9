package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
)

// TestStatusChangeIsSmall: a storage that keeps the JSON of a change keeps at most 400 bytes for a
// change of status, with the longest names and numbers that there are.
func TestStatusChangeIsSmall(t *testing.T) {
	before, after := found(), found()
	before.Presence.Status, after.Presence.Status = user.AfterService, user.InService
	b, err := json.Marshal(Change{
		ID: ChangeID{math.MaxInt64, 99_999}, At: noon.Add(time.Microsecond), Type: StatusChanged,
		Actor: math.MaxInt64, UserID: math.MaxInt64, Diff: user.Diff(before, after),
	})
	if err != nil || len(b) > 400 || !strings.Contains(string(b), `{"attribute":"status","before":"AFTER_SERVICE","after":"IN_SERVICE"}`) {
		t.Errorf("%d bytes, %v: %s", len(b), err, b)
	}
}

func TestScrubbedChange(t *testing.T) {
	u := found()
	c := Change{
		ID: ChangeID{3, 1}, At: noon, Type: UserCreated, Actor: 1, Reason: "asked", UserID: 7, Created: &u,
		Diff: user.Diff(user.User{}, u), ReferenceKind: user.ReferenceSkill, ReferenceID: 5, TransferID: 9, Detail: "chat",
	}
	want := Change{
		ID: ChangeID{3, 1}, At: noon, Type: UserCreated, Actor: 1, Reason: "asked", UserID: 7,
		ReferenceKind: user.ReferenceSkill, ReferenceID: 5, TransferID: 9,
	}
	if d := cmp.Diff(want, c.Scrubbed()); d != "" {
		t.Error(d)
	}
}

// ascends requires that list is in ascending order.
func ascends[T interface{ Less(T) bool }](t *testing.T, list ...T) {
	t.Helper()
	for i, a := range list {
		for j, b := range list {
			if a.Less(b) != (i < j) {
				t.Errorf("%v before %v: %v", a, b, a.Less(b))
			}
		}
	}
}

func TestIDOrder(t *testing.T) {
	ascends(t, ChangeID{}, ChangeID{1, 0}, ChangeID{1, 1}, AfterRevision(1), ChangeID{2, 0}, ChangeID{2, 5}, AfterRevision(2), ChangeID{1 << 63, 0})
	ascends(t, EntryID{}, EntryID{1, 0}, EntryID{1, 1}, EntryID{2, 0})
	if got := EntryIDOf(balance.Entry{Transfer: 2, Index: 1}); got != (EntryID{2, 1}) {
		t.Error(got)
	}
}

// A change comes back with the deepest value that there can be.
func TestAChangeHoldsTheDeepestValue(t *testing.T) {
	var deepest user.Value
	for depth := 1; ; depth++ {
		var v user.Value
		if v.UnmarshalJSON([]byte(strings.Repeat(`{"a":[`, depth)+strings.Repeat("]}", depth))) != nil {
			break
		}
		deepest = v
	}
	c := Change{Diff: []user.Difference{{Attribute: user.AttrLogin, Before: deepest}}}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var read Change
	if err := json.Unmarshal(b, &read); err != nil || deepest.IsZero() || read.Diff[0] != c.Diff[0] {
		t.Errorf("%v, came back as %v", err, read.Diff)
	}
}

// The text of an ExistsError says what is taken, and by what. The error is ErrExists.
func TestExistsErrorText(t *testing.T) {
	for _, tt := range []struct {
		err  ExistsError
		want string
	}{
		{ExistsError{What: "login", ID: 7}, "storage: the login is taken by user 7"},
		{ExistsError{What: "login"}, "storage: the login is taken"},
		{ExistsError{What: "name", ID: 7}, "storage: the name is taken by reference data 7"},
		{ExistsError{What: "key", ID: 7}, "storage: the key is taken by transfer 7"},
		{ExistsError{What: "reversal", ID: 7}, "storage: the transfer is reversed already by transfer 7"},
		{ExistsError{What: "id", ID: 7}, "storage: the id is taken"},
		{ExistsError{What: "account"}, "storage: the account is taken"},
	} {
		err := fmt.Errorf("create: %w", &tt.err)
		if got := tt.err.Error(); got != tt.want || !errors.Is(err, ErrExists) || errors.Is(err, ErrNotFound) {
			t.Errorf("%+v: %q, want %q; it is %v", tt.err, got, tt.want, err)
		}
	}
}

func TestCompactedErrorSaysWhichAreGone(t *testing.T) {
	for last, want := range map[ChangeID]string{
		{Revision: 5, Index: 2}: "storage: changes up to 2 of revision 5 are no longer kept; go on after it",
		AfterRevision(5):        "storage: changes up to revision 5 are no longer kept; go on after it",
	} {
		if got := (&CompactedError{last}).Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
)

func TestChangeDiff(t *testing.T) {
	before, after := found(), found()
	after.Names.Display = "Jan"
	after.Credentials.HasPassword = true
	want := []user.Difference{
		{Attribute: user.AttrDisplayName, Before: "Größe", After: "Jan"},
		{Attribute: user.AttrPassword, Before: "", After: "redacted"},
	}
	if d := cmp.Diff(want, Change{Before: &before, After: &after}.Diff()); d != "" {
		t.Error(d)
	}
	if got := (Change{Type: TabRefreshed}).Diff(); got != nil {
		t.Errorf("a change of no user differs in %v", got)
	}
	if got := (Change{Before: &before}).Diff(); got != nil {
		t.Errorf("a scrubbed change differs in %v", got)
	}
	created := user.User{Identity: user.Identity{Login: "a"}}
	want = []user.Difference{{Attribute: user.AttrLogin, Before: "", After: "a"}}
	if d := cmp.Diff(want, Change{After: &created}.Diff()); d != "" {
		t.Error(d)
	}
}

func TestChangeReadsBackFromJSON(t *testing.T) {
	before, after := found(), found()
	after.Names.Display = "Jan"
	want := Change{
		ID: ChangeID{3, 1}, At: noon, Type: UserUpdated, Actor: 1, Reason: "asked", User: 7, Before: &before, After: &after,
		Ref: user.RefSkill, RefID: 5, Transfer: 9, Detail: "chat",
	}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Change
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if b, err = json.Marshal(Change{Type: TabRefreshed}); err != nil || strings.Contains(string(b), "before") {
		t.Errorf("%s, %v", b, err)
	}
}

func TestChangeIDOrder(t *testing.T) {
	order := []ChangeID{{}, {1, 0}, {1, 1}, AfterRevision(1), {2, 0}, {2, 5}, AfterRevision(2), {1 << 63, 0}}
	for i, a := range order {
		for j, b := range order {
			if a.Less(b) != (i < j) {
				t.Errorf("%v before %v: %v", a, b, a.Less(b))
			}
		}
	}
}

func TestEntryIDOrder(t *testing.T) {
	order := []EntryID{{}, {1, 0}, {1, 1}, {2, 0}}
	for i, a := range order {
		for j, b := range order {
			if a.Less(b) != (i < j) {
				t.Errorf("%v before %v: %v", a, b, a.Less(b))
			}
		}
	}
	if got := EntryIDOf(balance.Entry{Transfer: 2, Index: 1}); got != (EntryID{2, 1}) {
		t.Error(got)
	}
}

func TestExistsError(t *testing.T) {
	err := fmt.Errorf("create: %w", &ExistsError{What: user.ByLogin.String(), ID: 7})
	var exists *ExistsError
	if !errors.Is(err, ErrExists) || errors.Is(err, ErrNotFound) || !errors.As(err, &exists) || exists.ID != 7 {
		t.Error(err)
	}
	if got := err.Error(); got != "create: storage: login is taken by 7" {
		t.Error(got)
	}
}

func TestErrorsAreDistinct(t *testing.T) {
	all := []error{
		ErrNotFound, ErrExists, ErrAmbiguous, ErrInvalid, ErrConflict, ErrLimit, ErrCompacted, ErrNestedTx, ErrClosed,
		ErrUnknownOutcome,
	}
	var texts []string
	for i, a := range all {
		for j, b := range all {
			if errors.Is(a, b) != (i == j) {
				t.Errorf("%v is %v", a, b)
			}
		}
		texts = append(texts, a.Error())
	}
	slices.Sort(texts)
	if len(slices.Compact(texts)) != len(all) {
		t.Error("two errors have one text")
	}
}

func TestSequencesAreDistinct(t *testing.T) {
	seen := map[Sequence]bool{UserIDs: true, TransferIDs: true}
	for k := user.RefApplication; k.Valid(); k++ {
		if s := RefIDs(k); seen[s] {
			t.Errorf("%v has the sequence of another", k)
		} else {
			seen[s] = true
		}
	}
}

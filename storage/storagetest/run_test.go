package storagetest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
)

// TestSuitePassesAStorageThatRunsUpdatesTwice leaves out the cases that write in no function of
// their own.
func TestSuitePassesAStorageThatRunsUpdatesTwice(t *testing.T) {
	runWithout(t, func(testing.TB) storage.Storage { return Twice(memstore.New()) }, "Query/Text", "Statement")
}

// runWithout runs the suite without some cases, or groups of cases.
func runWithout(t *testing.T, open Open, names ...string) {
	for _, c := range Cases() {
		if group, _, _ := strings.Cut(c.Name, "/"); !slices.Contains(names, group) && !slices.Contains(names, c.Name) {
			t.Run(c.Name, func(t *testing.T) { c.Test(t, open) })
		}
	}
}

func TestCasesHaveNamesAndRules(t *testing.T) {
	seen := make(map[string]bool)
	for _, c := range Cases() {
		group, name, ok := strings.Cut(c.Name, "/")
		if !ok || group == "" || name == "" || seen[c.Name] {
			t.Errorf("case %q needs a name of its own, as Group/Name", c.Name)
		}
		seen[c.Name] = true
		if len(strings.Fields(c.Rule)) < 4 || c.Test == nil {
			t.Errorf("case %q needs a rule in a sentence, and a test", c.Name)
		}
	}
	Cases()[0].Name = "changed"
	if Cases()[0].Name == "changed" {
		t.Error("Cases gives out its own table")
	}
}

func TestFailuresSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, fault, want string }{
		{"User/RoundTrip", "forgets an attribute", ".Preferences.Views"},
		{"User/Times", "keeps seconds only", ".Lifecycle.Created"},
		{"Query/Match", "counts the page", "CountUsers"},
		{"User/Times", "returns local times", "want UTC"},
	} {
		broke := caseNamed(t, c.name)
		broken := find(t, mutants(), c.fault, func(m mutant) string { return m.name })
		said := record(broke, broken.fault.open, patience(c.fault)).said()
		if !strings.Contains(said, c.want) || !strings.Contains(said, "The rule: "+broke.Rule) {
			t.Errorf("%s on a storage that %s says %q, want %q and the rule in it", c.name, c.fault, said, c.want)
		}
	}
}

func TestDifferenceNamesThePlace(t *testing.T) {
	changed := func(change func(*user.User)) user.User {
		u := everyField[user.User](1)
		change(&u)
		return u
	}
	u := everyField[user.User](1)
	utc := moment(1)
	for want, pair := range map[string][2]any{
		"":                            {u, everyField[user.User](1)},
		".Identity.PID is \"x\"":      {changed(func(u *user.User) { u.Identity.PID = "x" }), u},
		".Capacity.Skills has 0":      {changed(func(u *user.User) { u.Capacity.Skills = user.IDSet[user.SkillID]{} }), u},
		".Capacity.MaxAsyncChats.set": {changed(func(u *user.User) { u.Capacity.MaxAsyncChats = user.Optional{} }), changed(func(u *user.User) { u.Capacity.MaxAsyncChats = user.Some(0) })},
		"[1] is 3, want 2":            {[]int{1, 3}, []int{1, 2}},
		" has 1 items, want 2: [1]":   {[]int{1}, []int{1, 2}},
		" is nil: true, want false":   {(*user.User)(nil), &u},
		".Created.ID is 2, want 1":    {storage.Change{Created: &user.User{ID: 2}}, storage.Change{Created: &user.User{ID: 1}}},
		".Diff[0].After is ":          {storage.Change{Diff: user.Diff(user.User{}, u)}, storage.Change{Diff: user.Diff(user.User{}, changed(func(u *user.User) { u.Identity.Login = "x" }))}},
		" is another secret":          {user.SecretOf("s3cret", time.Time{}), user.Secret{}},
		"want UTC":                    {utc.In(time.FixedZone("x", 60)), utc},
		"is a int, want a int64":      {1, int64(1)},
		".units is 1, want 2":         {money(1), money(2)},
	} {
		got := difference(pair[0], pair[1])
		if !strings.Contains(got, want) || (want == "") != (got == "") || strings.Contains(got, "s3cret") {
			t.Errorf("difference is %q, want %q in it", got, want)
		}
	}
	if d := difference([]int{}, []int(nil)); d != "" {
		t.Errorf("empty and nil slices differ: %s", d)
	}
}

// TestFilledLeavesNothingZero walks every field, those of other packages' sets and lists too.
func TestFilledLeavesNothingZero(t *testing.T) {
	for _, v := range []any{
		everyField[user.User](1), everyField[user.User](7), everyField[user.Account](1), everyField[user.Reference](1), everyField[user.Secret](1),
		everyField[balance.Transfer](1), everyField[storage.Change](1),
	} {
		if empty := zeros(reflect.TypeOf(v).String(), reflect.ValueOf(v)); empty != "" {
			t.Errorf("%s is zero", empty)
		}
	}
}

func zeros(path string, v reflect.Value) string {
	if v.IsZero() {
		return path
	}
	switch {
	case v.Type() == timeType, v.Type() == reflect.TypeFor[user.Roles](), v.Type() == reflect.TypeFor[user.CustomSchema]():
	case v.Kind() == reflect.Pointer:
		return zeros(path, v.Elem())
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if empty := zeros(path+"."+v.Type().Field(i).Name, v.Field(i)); empty != "" {
				return empty
			}
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			if empty := zeros(fmt.Sprintf("%s[%d]", path, i), v.Index(i)); empty != "" {
				return empty
			}
		}
	}
	return ""
}

func TestFilledIsTheSameEachTimeAndAnotherForEachSeed(t *testing.T) {
	if d := cmp.Diff(everyField[user.User](3), everyField[user.User](3), cmp.Comparer(user.User.Equal)); d != "" {
		t.Error(d)
	}
	if everyField[user.User](3).Equal(everyField[user.User](4)) {
		t.Error("two seeds fill a user with the same")
	}
}

// TestLedgerMakesWhatBalanceProves lets package balance judge the suite's own transfers.
func TestLedgerMakesWhatBalanceProves(t *testing.T) {
	l := busyLedger()
	if n := len(l.posted); n < 10 {
		t.Fatalf("the ledger made %d transfers", n)
	}
	for _, transfer := range append(l.posted, everything(2).transfers...) {
		if err := transfer.Check(); err != nil {
			t.Errorf("transfer %d: %v", transfer.ID, err)
		}
	}
}

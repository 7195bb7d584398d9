package roster_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestEveryCallHonorsEveryOption calls each method with each option that it takes. An option that
// a method does not take does not compile.
func TestEveryCallHonorsEveryOption(t *testing.T) {
	refused := errors.New("refused by the precondition")
	common := map[string]struct {
		option roster.CommonOption
		want   error
	}{
		"IfVersion":  {roster.IfVersion(7777), roster.ErrStale},
		"IfRevision": {roster.IfRevision(7777), roster.ErrStale},
		"DryRun":     {roster.DryRun(), nil},
		"WithReason": {roster.WithReason("because"), nil},
	}
	onUsers := map[string]struct {
		option roster.CallOption
		want   error
	}{
		"IfUnchangedSince": {roster.IfUnchangedSince(7777), roster.ErrStale},
		"WithPrecondition": {roster.WithPrecondition(func(_, _ user.User) error { return refused }), refused},
	}
	for _, a := range abilities() {
		if a.reads {
			continue
		}
		call := func(t *testing.T, o roster.CallOption, dry bool, want error) (w *world, wrote bool) {
			w = newWorld(t, memstore.New())
			before, err := w.host.Revision(w.ctx)
			w.ok(err)
			_, err = a.do(w.ctx, w.host, a.target, o)
			if want != nil && !errors.Is(err, want) || want == nil && err != nil {
				t.Errorf("error %v, want %v", err, want)
			}
			after, e := w.host.Revision(w.ctx)
			w.ok(e)
			if (want != nil || dry) && after != before {
				t.Errorf("it wrote revision %d", after)
			}
			return w, after != before
		}
		for name, c := range common {
			t.Run(a.name+"/"+name, func(t *testing.T) {
				w, wrote := call(t, c.option, name == "DryRun", c.want)
				changes, err := w.host.Changes(w.ctx, storage.ChangeQuery{Newest: true, Limit: 1})
				w.ok(err)
				if got := changes[0].Reason; wrote && (name == "WithReason") != (got == "because") {
					t.Errorf("the change has the reason %q", got)
				}
			})
		}
		for name, c := range onUsers {
			if takesCommonOptions(a.name) {
				continue
			}
			t.Run(a.name+"/"+name, func(t *testing.T) { call(t, c.option, false, c.want) })
		}
	}
}

// takesCommonOptions reports whether the method takes CommonOptions only.
func takesCommonOptions(name string) bool {
	name = strings.TrimSuffix(name, "ToAll")
	m, ok := reflect.TypeFor[roster.Handle]().MethodByName(name)
	return ok && m.Type.In(m.Type.NumIn()-1).Elem() == reflect.TypeFor[roster.CommonOption]()
}

// TestCallsTakeTheirOptions compares the signatures with the table of methods and options.
func TestCallsTakeTheirOptions(t *testing.T) {
	var onUsers, other []string
	for m := range reflect.TypeFor[roster.Handle]().Methods() {
		if !m.Type.IsVariadic() {
			continue
		}
		switch m.Type.In(m.Type.NumIn() - 1).Elem() {
		case reflect.TypeFor[roster.CallOption]():
			onUsers = append(onUsers, m.Name)
		case reflect.TypeFor[roster.CommonOption]():
			other = append(other, m.Name)
		}
	}
	for want, got := range map[string][]string{
		"AddStatistic ChangePassword Create CreateMany Delete DeleteAll DeleteMany DeleteStatistic Disable Edit Enable Erase LockStatus " +
			"Patch Release Replace RequestActivation Reserve ResetPassword Restore SetCampaign SetRoles SetStatus SetView UnlockStatus WatchStatistic": onUsers,
		"CompactChanges CreateAccount DeleteReference Fund Import PutReference RefreshTab Reverse Transfer UpdateAccount": other,
	} {
		if list := strings.Join(got, " "); list != want {
			t.Errorf("these calls take such options:\n%s\nwant\n%s", list, want)
		}
	}
}

package roster_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

// TestEveryCallRunsThePrecondition checks that each method that takes WithPrecondition returns its
// error and writes nothing. An option that a method does not take does not compile.
func TestEveryCallRunsThePrecondition(t *testing.T) {
	refused := errors.New("refused by the precondition")
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		if takesCommonOptions(a.name) {
			return
		}
		w.unchanged(a.name, func() {
			_, err := a.do(w.ctx, w.host, a.target, roster.WithPrecondition(func(_, _ user.User) error { return refused }))
			w.is(err, refused, a.name)
		})
	})
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

package record

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// again turns a value into a row and back.
func again[T, R any](t *testing.T, v T, row func(T) (R, error), value func(*R) (T, error)) {
	t.Helper()
	r, err := row(v)
	if err != nil {
		t.Fatal(err)
	}
	got, err := value(&r)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(v, got); d != "" || !reflect.DeepEqual(v, got) {
		t.Errorf("a %T is another one after it was a row (-want +got):\n%s", v, d)
	}
}

func TestNoFieldIsForgotten(t *testing.T) {
	transfer := filled[balance.Transfer]()
	transfer.Postings = nil
	again(t, filled[user.User](), UserOf, (*User).User)
	again(t, user.User{}, UserOf, (*User).User)
	again(t, filled[user.Reference](), ReferenceOf, (*Reference).Reference)
	again(t, user.Reference{Kind: user.ReferenceSkill}, ReferenceOf, (*Reference).Reference)
	again(t, transfer, TransferOf, (*Transfer).Transfer)
	again(t, balance.Transfer{}, TransferOf, (*Transfer).Transfer)
	again(t, filled[storage.Change](), ChangeOf, (*Change).Change)
	again(t, storage.Change{}, ChangeOf, (*Change).Change)
}

func TestTimesComeBackInUTC(t *testing.T) {
	r, err := UserOf(user.User{})
	if err != nil {
		t.Fatal(err)
	}
	r.Created = time.Unix(1, 0).In(time.FixedZone("CET", 3600))
	u, err := r.User()
	if err != nil || u.Lifecycle.Created != time.Unix(1, 0).UTC() {
		t.Errorf("%v, %v", u.Lifecycle.Created, err)
	}
}

// leaves returns the values in JSON that are no objects, by path.
func leaves(t *testing.T, v any) map[string]any {
	t.Helper()
	b, ok := v.([]byte)
	if !ok {
		var err error
		if b, err = json.Marshal(v); err != nil {
			t.Fatal(err)
		}
	}
	var decoded any
	if err := json.Unmarshal(b, &decoded); err != nil {
		t.Fatal(err)
	}
	found := make(map[string]any)
	var walk func(path string, v any)
	walk = func(path string, v any) {
		if members, ok := v.(map[string]any); ok {
			for name, m := range members {
				walk(path+"/"+name, m)
			}
			return
		}
		found[path] = v
	}
	walk("", decoded)
	return found
}

// TestColumnsAreNotRepeated: the JSON of a row is the public JSON form without the attributes that
// have a column.
func TestColumnsAreNotRepeated(t *testing.T) {
	u, err := UserOf(filled[user.User]())
	if err != nil {
		t.Fatal(err)
	}
	r, err := ReferenceOf(filled[user.Reference]())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		whole   any
		rest    []byte
		columns []string
	}{
		{filled[user.User](), u.Attributes, []string{
			"/access/disabled", "/access/roles", "/billing/parentAccounting", "/contact/email", "/contact/phone", "/id",
			"/identity/apiUser", "/identity/kind", "/identity/login", "/lifecycle/created", "/lifecycle/deleted",
			"/lifecycle/updated", "/names/display", "/presence/status", "/version",
		}},
		{filled[user.Reference](), r.Attributes, []string{"/id", "/kind", "/name", "/version"}},
	} {
		whole, rest := leaves(t, c.whole), leaves(t, c.rest)
		for path, v := range rest {
			if !reflect.DeepEqual(v, whole[path]) {
				t.Errorf("%s is %v, and %v in the whole", path, v, whole[path])
			}
			delete(whole, path)
		}
		if left := slices.Sorted(maps.Keys(whole)); !slices.Equal(left, c.columns) {
			t.Errorf("left out of the JSON are %q, want %q", left, c.columns)
		}
	}
}

func TestAnEmptyUserHasShortAttributes(t *testing.T) {
	u, err := UserOf(user.User{})
	if err != nil || string(u.Attributes) != `{"access":{"granted":[]}}` && string(u.Attributes) != `{}` {
		t.Errorf("%s, %v", u.Attributes, err)
	}
}

func TestMalformedRows(t *testing.T) {
	good, err := UserOf(user.User{ID: 1})
	if err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func(r *User){
		"kind":       func(r *User) { r.Kind = "alien" },
		"status":     func(r *User) { r.Status = "" },
		"role":       func(r *User) { r.Roles = []string{"The King"} },
		"no JSON":    func(r *User) { r.Attributes = nil },
		"other JSON": func(r *User) { r.Attributes = []byte(`{"names":1}`) },
	} {
		r := good
		spoil(&r)
		if u, err := r.User(); err == nil {
			t.Errorf("%s: %v", what, u)
		}
	}
	if _, err := (&Reference{Kind: "skills", Attributes: []byte("{}")}).Reference(); err == nil {
		t.Error("a kind that there is not was read")
	}
	if _, err := (&Reference{Kind: "skill", Attributes: []byte("[]")}).Reference(); err == nil {
		t.Error("JSON that is no object was read")
	}
	for what, c := range map[string]Change{
		"kind":    {ReferenceKind: "skills"},
		"created": {Created: []byte("[]")},
		"diff":    {Diff: []byte(`[{"attribute":"shoes"}]`)},
		"money":   {Money: []byte("[]")},
	} {
		c, err := c.Change()
		if err == nil {
			t.Errorf("%s: %v", what, c)
		}
		if invalid := (*validate.Error)(nil); errors.As(err, &invalid) {
			t.Errorf("%s: the caller would be told of bad input: %v", what, err)
		}
	}
	if _, err := (&Transfer{Kind: "gift"}).Transfer(); err == nil {
		t.Error("a kind that there is not was read")
	}
	for what, r := range map[string]Transfer{
		"fingerprint": {Users: "x"},
		"amount":      {RequestedCurrency: "dollars"},
		"details":     {Details: []byte("[]")},
	} {
		if _, err := r.Transfer(); err == nil {
			t.Errorf("%s that there is not was read", what)
		}
	}
	for what, u := range map[string]user.User{
		"kind":   {Identity: user.Identity{Kind: 99}},
		"status": {Presence: user.Presence{Status: 99}},
		"role":   {Access: user.Access{Roles: user.AllRoles()}},
	} {
		if _, err := UserOf(u); err == nil {
			t.Errorf("a %s that has no name was written", what)
		}
	}
	if _, err := ReferenceOf(user.Reference{}); err == nil {
		t.Error("reference data of no kind was written")
	}
	if _, err := UserOf(user.User{Lifecycle: user.Lifecycle{HoldUntil: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}}); err == nil {
		t.Error("a time that has no JSON form was written")
	}
}

func BenchmarkUser(b *testing.B) {
	u := filled[user.User]()
	r, err := UserOf(u)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			_, _ = UserOf(u)
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			_, _ = r.User()
		}
	})
}

package record

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/filled"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// values is a Row with these values.
type values []any

func (v values) Scan(dest ...any) error {
	for i, d := range dest {
		to := reflect.ValueOf(d).Elem()
		switch is := reflect.ValueOf(v[i]); {
		case v[i] == nil:
			to.SetZero()
		case to.Kind() == reflect.Pointer:
			to.Set(reflect.New(to.Type().Elem()))
			to.Elem().Set(is.Convert(to.Type().Elem()))
		default:
			to.Set(is.Convert(to.Type()))
		}
	}
	return nil
}

func transferRow(t balance.Transfer) ([]any, error) {
	row, err := TransferRow(t)
	return append([]any{int64(t.ID)}, row...), err
}

// whole returns a T in which no field is zero, with texts that a wrong encoding loses.
func whole[T any]() T {
	return filled.Of[T](1, []string{`"'\`, "é", "e\u0301", "\uFFFD", "😀", "\x01", "<&>", "\u2028", " "})
}

func scanTransfer(row Row) (balance.Transfer, error) {
	var h Head
	if err := row.Scan(h.Fields()...); err != nil {
		return balance.Transfer{}, err
	}
	return h.Transfer()
}

func TestTimesComeBackInUTC(t *testing.T) {
	r, err := UserRow(user.User{})
	if err != nil {
		t.Fatal(err)
	}
	r[12] = time.Unix(1, 0).In(time.FixedZone("CET", 3600))
	u, err := ScanUser(values(r))
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
	u, err := UserRow(whole[user.User]())
	if err != nil {
		t.Fatal(err)
	}
	r, err := ReferenceRow(whole[user.Reference]())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		whole   any
		rest    []byte
		columns []string
	}{
		{whole[user.User](), []byte(u[15].(string)), []string{
			"/access/disabled", "/access/roles", "/billing/parentAccounting", "/contact/email", "/contact/phone", "/id",
			"/identity/apiUser", "/identity/kind", "/identity/login", "/lifecycle/created", "/lifecycle/deleted",
			"/lifecycle/updated", "/names/display", "/presence/status", "/version",
		}},
		{whole[user.Reference](), []byte(r[4].(string)), []string{"/id", "/kind", "/name", "/version"}},
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

func TestMalformedRows(t *testing.T) {
	change, reference := func(r Row) (any, error) { return ScanChange(r) }, func(r Row) (any, error) { return ScanReference(r) }
	transfer := func(r Row) (any, error) { return scanTransfer(r) }
	person := func(r Row) (any, error) { return ScanUser(r) }
	users, _ := UserRow(user.User{ID: 1})
	changes, _ := ChangeRow(storage.Change{})
	references, _ := ReferenceRow(user.Reference{Kind: user.ReferenceSkill})
	transfers, _ := transferRow(balance.Transfer{})
	for _, c := range []struct {
		what string
		row  []any
		at   int
		bad  any
		scan func(Row) (any, error)
	}{
		{"kind of a user", users, 6, "alien", person},
		{"status", users, 9, "", person},
		{"role", users, 8, []string{"The King"}, person},
		{"no attributes", users, 15, nil, person},
		{"other attributes", users, 15, `{"names":1}`, person},
		{"kind of reference data", references, 0, "skills", reference},
		{"attributes of reference data", references, 4, "[]", reference},
		{"created", changes, 7, "[]", change},
		{"diff", changes, 8, `[{"attribute":"shoes"}]`, change},
		{"kind of what changed", changes, 9, "skills", change},
		{"money", changes, 12, "[]", change},
		{"kind of a transfer", transfers, 2, "gift", transfer},
		{"amount", transfers, 8, "dollars", transfer},
		{"fingerprint", transfers, 12, "x", transfer},
		{"details", transfers, 13, "[]", transfer},
	} {
		row := slices.Clone(c.row)
		row[c.at] = c.bad
		v, err := c.scan(values(row))
		if err == nil {
			t.Errorf("%s: %v", c.what, v)
		}
		if invalid := (*validate.Error)(nil); errors.As(err, &invalid) {
			t.Errorf("%s: the caller would be told of bad input: %v", c.what, err)
		}
	}
	for what, u := range map[string]user.User{
		"kind":   {Identity: user.Identity{Kind: 99}},
		"status": {Presence: user.Presence{Status: 99}},
		"role":   {Access: user.Access{Roles: user.AllRoles()}},
	} {
		if _, err := UserRow(u); err == nil {
			t.Errorf("a %s that has no name was written", what)
		}
	}
	if _, err := ReferenceRow(user.Reference{}); err == nil {
		t.Error("reference data of no kind was written")
	}
	if _, err := UserRow(user.User{Lifecycle: user.Lifecycle{HoldUntil: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}}); err == nil {
		t.Error("a time that has no JSON form was written")
	}
}

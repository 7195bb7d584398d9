package vendorhttp_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/validate"
)

// TestUnknownNames: a name that the API does not have is in no problem, whatever it is; one that it
// has elsewhere is.
func TestUnknownNames(t *testing.T) {
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"a=1&hunter2=2", []string{": unknown parameter"}},
		{"a=1&hunter2&hunter3&hunter4", []string{": unknown parameter"}},
		{"a=1&b=2", []string{"/b: unknown parameter"}},
		{"a=1&user_nmae=x&User-Password=y&userName=z&~/=1", []string{
			": unknown parameter; did you mean 'user_name'?", ": unknown parameter; did you mean 'user_password'?", ": unknown parameter",
		}},
		{"a=1&" + strings.Repeat("hunter2&", 2) + "user_name=1", []string{": duplicate", ": unknown parameter", "/user_name: unknown parameter"}},
	} {
		in := read(t, c.query, "{}")
		in.Int("a")
		in.Unknown()
		if d := cmp.Diff(c.want, sentences(in.Err())); d != "" {
			t.Errorf("%s: %s", c.query, d)
		}
		if text := in.Err().Error(); strings.Contains(text, "hunter") {
			t.Error(text)
		}
	}
}

func sentences(err error) []string {
	var invalid *validate.Error
	if !errors.As(err, &invalid) {
		return nil
	}
	var list []string
	for _, p := range invalid.Problems {
		list = append(list, p.Path+": "+vendorhttp.UnknownText(p))
	}
	return list
}

func TestLikelyNames(t *testing.T) {
	names := vendorhttp.NamesOf("user_name", "user_password", "name", "v", "id", "count", "firstName", "lastName", "state", "status")
	for name, want := range map[string]string{
		"user_name": "user_name", "username": "user_name", "USER-NAME": "user_name", "usre_name": "user_name", "user_nam": "user_name",
		"user_pasword": "user_password", "usr_pssword": "user_password", "nmae": "name", "nam": "name", "count ": "count",
		"fistName": "firstName", "statu": "state", "w": "", "ix": "", "nxyz": "", "user_surname_x": "", "": "",
		"hunter2": "", `{"user_password":"hunter2"}`: "", strings.Repeat("user_name", 9): "", "uššername": "",
	} {
		if got := names.Likely(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := (*vendorhttp.Names)(nil).Likely("name"); got != "" {
		t.Errorf("no names: %q", got)
	}
}

// TestManyUnknownNamesAreCheap: a likely name is looked for a fixed number of times.
func TestManyUnknownNamesAreCheap(t *testing.T) {
	var query strings.Builder
	for i := range 9_000 {
		fmt.Fprintf(&query, "user_name%d&", i)
	}
	in := read(t, query.String(), "{}")
	in.Unknown()
	if got := sentences(in.Err()); len(got) != 2 {
		t.Errorf("%d problems: %.200s", len(got), got)
	}
}

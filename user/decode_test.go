package user

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/validate"
	"github.com/google/go-cmp/cmp"
)

// JSON that is no user is refused with a problem at each path; the text still names what is wrong.
func TestAUserIsDecodedWithProblems(t *testing.T) {
	for in, want := range map[string]string{
		`{"access":{"roles":["agent","The Boss"]},"identity":{"kind":"cat"}}`: "/access/roles/1 invalid; /identity/kind unknown",
		`{"presence":{"status":"ready"},"capacity":{"maxChats":"4"}}`:         "/capacity/maxChats invalid; /presence/status unknown",
		`{"names":{"S3cret":1},"nick":1}`:                                     " unknown; /names unknown",
		`{"preferences":{"campaigns":[{"name":"a"},{"S3cret":1}]}}`:           "/preferences/campaigns/1 unknown",
		`{"capacity":{"skills":[1,"a"]}}`:                                     "/capacity/skills invalid",
		`{"lifecycle":{"created":"yesterday"}}`:                               "/lifecycle/created invalid",
		`[1]`:                                                                 " invalid",
	} {
		var u User
		if got := problemsOf(json.Unmarshal([]byte(in), &u)); got != want || !u.Equal(User{}) {
			t.Errorf("%s: %s %s", in, got, cmp.Diff(want, got))
		}
	}
	for in, want := range map[string]string{
		`{"overdraft":"1.23456","reservationTime":"a month"}`: "/overdraft invalid; /reservationTime invalid",
		`{"nameReuse":{"never":1}}`:                           "/nameReuse/never invalid",
	} {
		var a Account
		if got := problemsOf(json.Unmarshal([]byte(in), &a)); got != want {
			t.Errorf("%s: %s", in, cmp.Diff(want, got))
		}
	}
	var r Reference
	if got := problemsOf(json.Unmarshal([]byte(`{"kind":"cat","profile":{"role":"The Boss"}}`), &r)); got != "/kind unknown; /profile/role invalid" {
		t.Errorf("reference data: %s", got)
	}
}

// problemsOf lists the paths and codes of an error's problems.
func problemsOf(err error) string {
	var all *validate.Error
	if !errors.As(err, &all) {
		return "no problems"
	}
	var list []string
	for _, p := range all.Problems {
		list = append(list, p.Path+" "+string(p.Code))
	}
	return strings.Join(list, "; ")
}

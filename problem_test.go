package roster_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/validate"
)

// TestProblemOf checks the documents of errors of the caller and of faults, whose text is left
// out.
func TestProblemOf(t *testing.T) {
	invalid := &validate.Error{Problems: []validate.Problem{{Path: "/user/identity/login", Code: validate.Required}}}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, `{"title":"ok","status":200,"code":"ok"}`},
		{storage.ErrNotFound, `{"title":"not found","status":404,"detail":"storage: not found","code":"not_found"}`},
		{errors.New("dial tcp 10.0.0.7"), `{"title":"internal","status":500,"code":"internal"}`},
		{fmt.Errorf("disk: %w", storage.ErrUnavailable), `{"title":"unavailable","status":503,"code":"unavailable"}`},
		{invalid, `{"title":"invalid","status":400,"detail":"validate: /user/identity/login: is required","code":"invalid",` +
			`"errors":[{"detail":"is required","pointer":"#/user/identity/login","code":"required"}]}`},
		{&roster.StaleError{Expected: 1, Current: 2}, `{"title":"stale","status":412,"detail":"` + (&roster.StaleError{Expected: 1, Current: 2}).Error() + `","code":"stale"}`},
	} {
		if b, err := json.Marshal(roster.ProblemOf(tt.err)); err != nil || string(b) != tt.want {
			t.Errorf("%v: %s, %v", tt.err, b, err)
		}
	}
}

package roster_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
	"github.com/ca74b63c/roster/validate"
)

// codeCases lists all exported errors of the packages of this module by their codes, and some
// others. TestCodeOfEveryError finds the names in this file.
var codeCases = map[roster.Code][]error{
	roster.CodeInvalid: {
		roster.ErrWrongPassword,
		validate.ErrInvalid,
		password.ErrTooLong,
		balance.ErrAmount, balance.ErrCurrency, balance.ErrLimits, balance.ErrNoPayees, balance.ErrNoRate,
		balance.ErrPayee, balance.ErrText,
		storage.ErrInvalid,
		&validate.Error{Problems: []validate.Problem{{Code: validate.Required}}},
	},
	roster.CodeUnauthenticated: {roster.ErrCredentials},
	roster.CodeDisabled:        {roster.ErrDisabled},
	roster.CodeDenied:          {permission.ErrDenied, &permission.Denied{}},
	roster.CodeNotFound:        {user.ErrDeleted, storage.ErrNotFound},
	roster.CodeExists:          {storage.ErrExists, &storage.ExistsError{What: "login"}},
	roster.CodeStale:           {roster.ErrStale, &roster.StaleError{}},
	roster.CodeConflict: {
		roster.ErrInUse, roster.ErrNoAgentAvailable,
		user.ErrErased, user.ErrInUse, user.ErrNoCapacity, user.ErrNoSlot, user.ErrNotDeleted, user.ErrNotReady,
		balance.ErrKeyConflict, balance.ErrNotReversible, balance.ErrParentAccounting, balance.ErrReversed,
		storage.ErrAmbiguous, storage.ErrCompacted, storage.ErrConflict,
		&balance.KeyConflict{},
	},
	roster.CodeLocked:            {user.ErrStatusLocked},
	roster.CodeLastAdministrator: {roster.ErrLastAdministrator, user.ErrLastAdministrator},
	roster.CodeLimit: {
		roster.ErrTooManyUsers,
		user.ErrTooManyUsers,
		balance.ErrOverflow, balance.ErrTooManyPayees,
		storage.ErrLimit,
	},
	roster.CodeInsufficientFunds: {balance.ErrInsufficient, &balance.Shortage{}},
	roster.CodeUnavailable: {
		password.ErrBusy,
		storage.ErrClosed, storage.ErrUnavailable,
		context.DeadlineExceeded,
	},
	roster.CodeUnknownOutcome: {storage.ErrUnknownOutcome},
	roster.CodeCanceled:       {context.Canceled},
	roster.CodeInternal: {
		roster.ErrStopDelivery,
		user.ErrHash, user.ErrTime,
		password.ErrBeyondLimits, password.ErrCost, password.ErrLineTooLong, password.ErrMalformed,
		password.ErrNotMade, password.ErrScheme,
		balance.ErrBroken,
		storage.ErrNestedTx,
		// Files and streams that cannot be read are faults of data, not of a call.
		memstore.ErrDamaged, memstore.ErrVersion,
		stream.ErrChanged, stream.ErrChecksum, stream.ErrDifferent, stream.ErrFormat, stream.ErrOrder,
		stream.ErrRecord, stream.ErrTaken, stream.ErrTooLong, stream.ErrTruncated, stream.ErrVersion,
		storagetest.ErrInjected,
		errors.New("of a host"),
	},
}

func TestCodeOfEveryError(t *testing.T) {
	listed := string(must(os.ReadFile("code_test.go")))
	for _, name := range exportedErrors() {
		if !strings.Contains(listed, name+",") && !strings.Contains(listed, name+"}") {
			t.Errorf("%s has no case", name)
		}
	}
	for code, list := range codeCases {
		for _, want := range list {
			for _, err := range []error{want, fmt.Errorf("of a host: %w", want), &roster.ItemError{Index: 1, Err: want}} {
				if got := roster.CodeOf(err); got != code {
					t.Errorf("%v: %v, want %v", err, got, code)
				}
			}
		}
	}
	if got := roster.CodeOf(nil); got != roster.CodeOK {
		t.Errorf("no error: %v", got)
	}
}

var (
	packageClause = regexp.MustCompile(`(?m)^package (\w+)$`)
	errorVariable = regexp.MustCompile(`(?m)^(?:var |\t)(Err\w+) += `)
)

// exportedErrors returns the names of the exported error variables of the packages of this module
// that users import, "storage.ErrNotFound".
func exportedErrors() (names []string) {
	must(0, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		nested := must(filepath.Glob(filepath.Join(path, "go.mod"))) != nil
		internal := strings.HasPrefix(path, ".") || d.Name() == "internal" || d.Name() == "testdata"
		switch {
		case err != nil || path == ".":
			return err
		case d.IsDir() && (internal || nested):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text := must(os.ReadFile(path))
		for _, m := range errorVariable.FindAllSubmatch(text, -1) {
			names = append(names, string(packageClause.FindSubmatch(text)[1])+"."+string(m[1]))
		}
		return nil
	}))
	return names
}

func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for c := roster.CodeOK; c <= roster.CodeCanceled; c++ {
		text, err := c.MarshalText()
		if err != nil || string(text) != c.String() || seen[c.String()] || strings.Contains(c.String(), "(") {
			t.Errorf("%d: %q, %v", c, text, err)
		}
		seen[c.String()] = true
		if s := c.HTTPStatus(); (s == 200) != (c == roster.CodeOK) || s < 200 || s > 599 {
			t.Errorf("%v: status %d", c, s)
		}
	}
	if none := roster.CodeCanceled + 1; none.String() != fmt.Sprintf("code(%d)", none) || none.HTTPStatus() != 500 {
		t.Errorf("%v: status %d", none, none.HTTPStatus())
	}
}

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

package roster_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// codeCases lists all exported errors of the packages of this module by package and name, with
// their codes.
var codeCases = map[string]struct {
	err  error
	code roster.Code
}{
	"roster.ErrCredentials":       {roster.ErrCredentials, roster.CodeUnauthenticated},
	"roster.ErrDisabled":          {roster.ErrDisabled, roster.CodeDisabled},
	"roster.ErrInUse":             {roster.ErrInUse, roster.CodeConflict},
	"roster.ErrLastAdministrator": {roster.ErrLastAdministrator, roster.CodeLastAdministrator},
	"roster.ErrNoAgentAvailable":  {roster.ErrNoAgentAvailable, roster.CodeConflict},
	"roster.ErrStopDelivery":      {roster.ErrStopDelivery, roster.CodeInternal},
	"roster.ErrStale":             {roster.ErrStale, roster.CodeStale},
	"roster.ErrTooManyUsers":      {roster.ErrTooManyUsers, roster.CodeLimit},
	"roster.ErrWrongPassword":     {roster.ErrWrongPassword, roster.CodeInvalid},

	"validate.ErrInvalid":  {validate.ErrInvalid, roster.CodeInvalid},
	"permission.ErrDenied": {permission.ErrDenied, roster.CodeDenied},

	"user.ErrDeleted":           {user.ErrDeleted, roster.CodeNotFound},
	"user.ErrErased":            {user.ErrErased, roster.CodeConflict},
	"user.ErrHash":              {user.ErrHash, roster.CodeInternal},
	"user.ErrInUse":             {user.ErrInUse, roster.CodeConflict},
	"user.ErrLastAdministrator": {user.ErrLastAdministrator, roster.CodeLastAdministrator},
	"user.ErrNoCapacity":        {user.ErrNoCapacity, roster.CodeConflict},
	"user.ErrNoSlot":            {user.ErrNoSlot, roster.CodeConflict},
	"user.ErrNotDeleted":        {user.ErrNotDeleted, roster.CodeConflict},
	"user.ErrNotReady":          {user.ErrNotReady, roster.CodeConflict},
	"user.ErrStatusLocked":      {user.ErrStatusLocked, roster.CodeLocked},
	"user.ErrTime":              {user.ErrTime, roster.CodeInternal},
	"user.ErrTooManyUsers":      {user.ErrTooManyUsers, roster.CodeLimit},

	"password.ErrBeyondLimits": {password.ErrBeyondLimits, roster.CodeInternal},
	"password.ErrBusy":         {password.ErrBusy, roster.CodeUnavailable},
	"password.ErrCost":         {password.ErrCost, roster.CodeInternal},
	"password.ErrLineTooLong":  {password.ErrLineTooLong, roster.CodeInternal},
	"password.ErrMalformed":    {password.ErrMalformed, roster.CodeInternal},
	"password.ErrNotMade":      {password.ErrNotMade, roster.CodeInternal},
	"password.ErrRandom":       {password.ErrRandom, roster.CodeInternal},
	"password.ErrScheme":       {password.ErrScheme, roster.CodeInternal},
	"password.ErrTooLong":      {password.ErrTooLong, roster.CodeInvalid},
	"password.ErrTooManyLines": {password.ErrTooManyLines, roster.CodeInternal},

	"balance.ErrAmount":           {balance.ErrAmount, roster.CodeInvalid},
	"balance.ErrBroken":           {balance.ErrBroken, roster.CodeInternal},
	"balance.ErrCurrency":         {balance.ErrCurrency, roster.CodeInvalid},
	"balance.ErrInsufficient":     {balance.ErrInsufficient, roster.CodeInsufficientFunds},
	"balance.ErrKeyConflict":      {balance.ErrKeyConflict, roster.CodeConflict},
	"balance.ErrLimits":           {balance.ErrLimits, roster.CodeInvalid},
	"balance.ErrNoPayees":         {balance.ErrNoPayees, roster.CodeInvalid},
	"balance.ErrNoRate":           {balance.ErrNoRate, roster.CodeInvalid},
	"balance.ErrNotReversible":    {balance.ErrNotReversible, roster.CodeConflict},
	"balance.ErrOverflow":         {balance.ErrOverflow, roster.CodeLimit},
	"balance.ErrParentAccounting": {balance.ErrParentAccounting, roster.CodeConflict},
	"balance.ErrPayee":            {balance.ErrPayee, roster.CodeInvalid},
	"balance.ErrReversed":         {balance.ErrReversed, roster.CodeConflict},
	"balance.ErrText":             {balance.ErrText, roster.CodeInvalid},
	"balance.ErrTooManyPayees":    {balance.ErrTooManyPayees, roster.CodeLimit},

	"storage.ErrAmbiguous":      {storage.ErrAmbiguous, roster.CodeConflict},
	"storage.ErrClosed":         {storage.ErrClosed, roster.CodeUnavailable},
	"storage.ErrCompacted":      {storage.ErrCompacted, roster.CodeConflict},
	"storage.ErrConflict":       {storage.ErrConflict, roster.CodeConflict},
	"storage.ErrExists":         {storage.ErrExists, roster.CodeExists},
	"storage.ErrInvalid":        {storage.ErrInvalid, roster.CodeInvalid},
	"storage.ErrLimit":          {storage.ErrLimit, roster.CodeLimit},
	"storage.ErrNestedTx":       {storage.ErrNestedTx, roster.CodeInternal},
	"storage.ErrNotFound":       {storage.ErrNotFound, roster.CodeNotFound},
	"storage.ErrUnavailable":    {storage.ErrUnavailable, roster.CodeUnavailable},
	"storage.ErrUnknownOutcome": {storage.ErrUnknownOutcome, roster.CodeUnknownOutcome},

	// Files and streams that cannot be read are faults of data, not of a call.
	"memstore.ErrDamaged":     {memstore.ErrDamaged, roster.CodeInternal},
	"memstore.ErrVersion":     {memstore.ErrVersion, roster.CodeInternal},
	"stream.ErrChanged":       {stream.ErrChanged, roster.CodeInternal},
	"stream.ErrChecksum":      {stream.ErrChecksum, roster.CodeInternal},
	"stream.ErrDifferent":     {stream.ErrDifferent, roster.CodeInternal},
	"stream.ErrFormat":        {stream.ErrFormat, roster.CodeInternal},
	"stream.ErrOrder":         {stream.ErrOrder, roster.CodeInternal},
	"stream.ErrRecord":        {stream.ErrRecord, roster.CodeInternal},
	"stream.ErrTaken":         {stream.ErrTaken, roster.CodeInternal},
	"stream.ErrTooLong":       {stream.ErrTooLong, roster.CodeInternal},
	"stream.ErrTruncated":     {stream.ErrTruncated, roster.CodeInternal},
	"stream.ErrVersion":       {stream.ErrVersion, roster.CodeInternal},
	"storagetest.ErrInjected": {storagetest.ErrInjected, roster.CodeInternal},
}

func TestCodeOfEveryError(t *testing.T) {
	declared := exportedErrors(t)
	for _, name := range declared {
		if _, ok := codeCases[name]; !ok {
			t.Errorf("%s has no case", name)
		}
	}
	for name, c := range codeCases {
		if !slices.Contains(declared, name) {
			t.Errorf("%s does not exist", name)
		}
		for _, err := range []error{c.err, fmt.Errorf("of a host: %w", c.err), &roster.ItemError{Index: 1, Err: c.err}} {
			if got := roster.CodeOf(err); got != c.code {
				t.Errorf("%s: %v, want %v", name, got, c.code)
			}
		}
	}
}

var (
	packageClause = regexp.MustCompile(`(?m)^package (\w+)$`)
	errorVariable = regexp.MustCompile(`(?m)^(?:var |\t)(Err\w+) += `)
)

// exportedErrors returns the names of the exported error variables of the packages of this module
// that users import, "storage.ErrNotFound".
func exportedErrors(t *testing.T) (names []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		nested, _ := filepath.Glob(filepath.Join(path, "go.mod"))
		foreign := strings.HasPrefix(d.Name(), ".") || d.Name() == "internal" || d.Name() == "testdata" || nested != nil
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && foreign:
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range errorVariable.FindAllSubmatch(text, -1) {
			names = append(names, string(packageClause.FindSubmatch(text)[1])+"."+string(m[1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestCodeOfOtherErrors(t *testing.T) {
	for _, test := range []struct {
		err  error
		code roster.Code
	}{
		{nil, roster.CodeOK},
		{errors.New("of a host"), roster.CodeInternal},
		{context.Canceled, roster.CodeCanceled},
		{context.DeadlineExceeded, roster.CodeUnavailable},
		{&validate.Error{Problems: []validate.Problem{{Code: validate.Required}}}, roster.CodeInvalid},
		{&permission.Denied{}, roster.CodeDenied},
		{&storage.ExistsError{What: "login"}, roster.CodeExists},
		{&roster.StaleError{}, roster.CodeStale},
		{&balance.Shortage{}, roster.CodeInsufficientFunds},
		{&balance.KeyConflict{}, roster.CodeConflict},
	} {
		if got := roster.CodeOf(test.err); got != test.code {
			t.Errorf("%v: %v, want %v", test.err, got, test.code)
		}
	}
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

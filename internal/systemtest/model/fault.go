package model

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Fault is an error as the model states it: the kind and the details that a caller can act on.
type Fault string

// Error returns the fault as text.
func (f Fault) Error() string { return string(f) }

// The faults without detail.
const (
	notFound          Fault = "not found"
	denied            Fault = "denied"
	notDeleted        Fault = "not deleted"
	noPayees          Fault = "no payees"
	overflow          Fault = "overflow"
	notReversible     Fault = "not reversible"
	badCurrency       Fault = "currency"
	noRate            Fault = "no rate"
	lastAdministrator Fault = "last administrator"
)

var sentinels = []struct {
	err   error
	fault Fault
}{
	{storage.ErrNotFound, notFound}, {user.ErrNotDeleted, notDeleted}, {balance.ErrNoPayees, noPayees},
	{balance.ErrOverflow, overflow}, {balance.ErrNotReversible, notReversible}, {balance.ErrNoRate, noRate},
	{balance.ErrCurrency, badCurrency}, {roster.ErrLastAdministrator, lastAdministrator}, {permission.ErrDenied, denied},
}

var amountFaults = map[balance.AmountFault]string{
	balance.Missing: "missing", balance.Malformed: "malformed", balance.TooFine: "too fine", balance.TooSmall: "too small",
}

// FaultOf converts an error of package roster to the Fault that the model returns in the same case.
// A nil error becomes "". An error of one item in a call with many becomes the Fault without the
// index of the item. An unknown error becomes "unexpected: " and its text. Most error types are
// known only if errors.Is also finds their sentinel, such as storage.ErrExists for a
// *storage.ExistsError.
func FaultOf(err error) Fault {
	var (
		item    *roster.ItemError
		invalid *validate.Error
		exists  *storage.ExistsError
		stale   *roster.StaleError
		key     *balance.KeyConflict
		short   *balance.Shortage
		payee   *balance.PayeeError
		undone  *balance.ReversedError
		amount  *balance.AmountError
	)
	switch {
	case err == nil:
		return ""
	case errors.As(err, &item):
		return FaultOf(item.Err)
	case errors.As(err, &amount) && errors.Is(err, balance.ErrAmount):
		return badAmount(amountFaults[amount.Fault])
	case errors.As(err, &invalid):
		var p problems
		for _, problem := range invalid.Problems {
			p.add(itemPath.ReplaceAllString(problem.Path, ""), string(problem.Code))
		}
		return p.fault().(Fault)
	case errors.As(err, &exists) && errors.Is(err, storage.ErrExists):
		return taken(exists.What, int(exists.ID))
	case errors.As(err, &stale) && errors.Is(err, roster.ErrStale):
		return staleVersion(int(stale.Expected), int(stale.Current))
	case errors.As(err, &key) && errors.Is(err, balance.ErrKeyConflict):
		return usedKey(int(key.Earlier))
	case errors.As(err, &short) && errors.Is(err, balance.ErrInsufficient):
		return shortage(int(short.Holder), int64(short.Needed), int64(short.Available))
	case errors.As(err, &payee) && errors.Is(err, balance.ErrParentAccounting):
		return parentAccounting(int(payee.User))
	case errors.As(err, &payee) && errors.Is(err, balance.ErrPayee):
		return deletedPayee(int(payee.User))
	case errors.As(err, &undone) && errors.Is(err, balance.ErrReversed):
		return reversed(int(undone.Transfer), int(undone.By))
	}
	for _, s := range sentinels {
		if errors.Is(err, s.err) {
			return s.fault
		}
	}
	return Fault("unexpected: " + err.Error())
}

func taken(what string, by int) Fault { return Fault(fmt.Sprintf("exists: %s of %d", what, by)) }

func staleVersion(expected, current int) Fault {
	return Fault(fmt.Sprintf("stale: expected %d, it is %d", expected, current))
}

func usedKey(by int) Fault { return Fault(fmt.Sprintf("key of transfer %d", by)) }

func shortage(holder int, needed, available int64) Fault {
	return Fault(fmt.Sprintf("insufficient: %d needs %d, has %d", holder, needed, available))
}

func parentAccounting(id int) Fault { return Fault(fmt.Sprintf("parent accounting: %d", id)) }

func deletedPayee(id int) Fault { return Fault(fmt.Sprintf("deleted payee: %d", id)) }

func reversed(id, by int) Fault { return Fault(fmt.Sprintf("transfer %d reversed by %d", id, by)) }

func badAmount(fault string) Fault { return Fault("amount " + fault) }

// itemPath is the index at the beginning of the path of a problem with one of many items.
var itemPath = regexp.MustCompile(`^/[0-9]+`)

// problems are the problems of one input, each as a path and a code.
type problems []string

func (p *problems) add(path, code string) { *p = append(*p, path+" "+code) }

// fault returns the problems, sorted and without repetitions, as one Fault of the form "invalid:
// path code, path code". It returns nil if there are no problems.
func (p problems) fault() error {
	if len(p) == 0 {
		return nil
	}
	return Fault("invalid: " + strings.Join(slices.Compact(slices.Sorted(slices.Values(p))), ", "))
}

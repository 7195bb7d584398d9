package model

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Op is one call, for the front door and for the model. Its name lists the call, its arguments and
// its options.
type Op struct {
	Name  string
	front func(ctx context.Context, f *Front) (any, error)
	model func(m *Model) (any, error)
}

// String returns the name.
func (o Op) String() string { return o.Name }

// call returns an Op with the options and the actor of how. front makes the call in the product,
// and model in the model. show converts the result of front to the type that model returns.
func call[R, M any](
	name string, how How, front func(context.Context, roster.Handle, []roster.CallOption) (R, error),
	show func(R) M, model func(*Model) (M, error),
) Op {
	return Op{
		name + how.String(),
		func(ctx context.Context, f *Front) (any, error) {
			r, err := front(ctx, f.as(how), how.options())
			return show(r), err
		},
		func(m *Model) (any, error) { return model(m) },
	}
}

// Pair is one account of the product, its model, and the calls that were made so far.
type Pair struct {
	front *Front
	model *Model
	steps []Op

	answer any   // the model's last one
	last   error // or why it was refused
}

// firstTime is the time at which every sequence begins.
var firstTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// NewPair returns a product account without data in the store, together with its model. opts are
// passed to roster.New.
func NewPair(store storage.Storage, account user.AccountID, opts ...roster.Option) *Pair {
	return &Pair{front: newFront(store, account, firstTime, opts...), model: newModel(firstTime)}
}

// Do makes the call o in the product and in the model. It returns the difference of the results, or
// "" if there is none.
func (p *Pair) Do(o Op) (difference string) {
	p.steps = append(p.steps, o)
	return p.compare(o)
}

// compare makes the call o in the library and in the model. It returns the difference between the
// two errors, or between the results if neither call fails, and "" if there is none. p keeps the
// model's result in p.answer and the model's error in p.last.
func (p *Pair) compare(o Op) (difference string) {
	got, err := o.front(context.Background(), p.front)
	want, fault := o.model(p.model)
	p.answer, p.last = want, fault
	if (err == nil) != (fault == nil) || !errors.Is(err, fault) {
		return fmt.Sprintf("error %q, want %q", err, fault)
	}
	if err != nil || reflect.DeepEqual(got, want) {
		return ""
	}
	return cmp.Diff(want, got)
}

// numbered returns the names of the calls as a numbered list, one call a line.
func numbered(steps []Op) string {
	var b strings.Builder
	for i, s := range steps {
		fmt.Fprintf(&b, "%3d. %s\n", i+1, s.Name)
	}
	return b.String()
}

// Everything is the whole state of an account.
type Everything struct {
	Revision  int
	Config    int // revision
	Account   Record
	Users     []Record
	Funds     []int64 // of the account, and of each user
	Transfers []Transfer
	Reversals []int
	Changes   []Change
}

// Compare returns the difference between the whole state of the product and of the model, or "" if
// there is none.
func (p *Pair) Compare() string {
	return p.compare(Op{front: func(ctx context.Context, f *Front) (any, error) { return f.everything(ctx) },
		model: func(m *Model) (any, error) { return m.everything(), nil }})
}

func (m *Model) everything() Everything {
	e := Everything{Revision: m.revision, Config: m.configRevision(), Account: m.account, Changes: m.changes, Funds: []int64{m.funds[0]}}
	for _, id := range m.sorted() {
		e.Users, e.Funds = append(e.Users, m.users[id]), append(e.Funds, m.funds[id])
	}
	for _, x := range m.transfers {
		by := slices.IndexFunc(m.transfers, func(y Transfer) bool { return y.Reverses == x.ID })
		x.Users = "" // which no caller sees
		e.Transfers, e.Reversals = append(e.Transfers, x), append(e.Reversals, by+1)
	}
	return e
}
